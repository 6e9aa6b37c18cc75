"""LC202-library-of-32-bits."""

from pathlib import Path

from tests import tiny
from tests.forge import GLIBC, elf

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libfoo.so.1", "libc.so.6"]))
Path("app").chmod(0o755)
Path("libfoo.so.1").write_bytes(tiny.program(bits=32, kind=3))
