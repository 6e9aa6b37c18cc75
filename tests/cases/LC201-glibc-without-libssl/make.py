"""LC201-glibc-without-libssl."""

from pathlib import Path

from tests.forge import GLIBC, elf

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libssl.so.1.1", "libc.so.6"]))
Path("app").chmod(0o755)
