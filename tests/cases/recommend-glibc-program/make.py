"""recommend-glibc-program."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("app").write_bytes(
    elf(
        interpreter=GLIBC,
        needed=["libstdc++.so.6", "libc.so.6"],
        wants=[Wanted("curl_easy_perform", None, "libc.so.6", lazy=True), Wanted("puts", "GLIBC_2.2.5")],
    )
)
Path("app").chmod(0o755)
