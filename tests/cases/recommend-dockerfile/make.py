"""recommend-dockerfile."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("app").write_bytes(
    elf(
        interpreter=GLIBC,
        needed=["libc.so.6"],
        wants=[Wanted("getpwuid", "GLIBC_2.2.5"), Wanted("system", "GLIBC_2.2.5")],
        text=b"\0/etc/ssl/certs/ca-certificates.crt\0",
    )
)
Path("app").chmod(0o755)
