"""LC201-library-of-another-machine."""

from pathlib import Path

from tests.forge import AARCH64, GLIBC, elf

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libfoo.so.1", "libc.so.6"]))
Path("app").chmod(0o755)
Path("libfoo.so.1").write_bytes(elf(soname="libfoo.so.1", machine=AARCH64))
