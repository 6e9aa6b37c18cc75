"""policy-kept."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("app").write_bytes(
    elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.2.5")], rpath="/opt")
)
Path("app").chmod(0o755)
