"""LC209-program-for-a-library."""

from pathlib import Path

from tests.forge import GLIBC, elf

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libfoo.so.1", "libc.so.6"]))
Path("app").chmod(0o755)
Path("libfoo.so.1").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], flags_1=0x08000000))
