"""LC204-glibc-of-two-builds."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("app").write_bytes(
    elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("_dl_of_another_build", "GLIBC_PRIVATE")])
)
Path("app").chmod(0o755)
