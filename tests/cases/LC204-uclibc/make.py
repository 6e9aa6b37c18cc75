"""LC204-uclibc."""

from pathlib import Path

from tests.forge import UCLIBC, Wanted, elf

Path("app").write_bytes(elf(interpreter=UCLIBC, needed=["libc.so.0.9.32"], wants=[Wanted("no_such_function")]))
Path("app").chmod(0o755)
