"""LC201-uclibc-without-libpthread."""

from pathlib import Path

from tests.forge import UCLIBC, elf

Path("app").write_bytes(elf(interpreter=UCLIBC, needed=["libpthread.so.0", "libc.so.0.9.32"]))
Path("app").chmod(0o755)
