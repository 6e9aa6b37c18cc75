"""LC311-no-shell."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("system", "GLIBC_2.2.5")]))
Path("app").chmod(0o755)
