"""LC204-glibc."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("no_such_function")]))
Path("app").chmod(0o755)
