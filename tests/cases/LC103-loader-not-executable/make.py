"""LC103-loader-not-executable."""

from pathlib import Path

from tests.forge import GLIBC, elf

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"]))
Path("app").chmod(0o755)
Path("ld.so").write_bytes(elf(soname="ld-linux-x86-64.so.2"))
Path("ld.so").chmod(0o644)
