"""LC301-uclibc-lazily-bound."""

from pathlib import Path

from tests.forge import UCLIBC, Wanted, elf

wants = [Wanted("no_such_function", lazy=True)]
Path("app").write_bytes(elf(interpreter=UCLIBC, needed=["libc.so.0.9.32"], wants=wants))
Path("app").chmod(0o755)
