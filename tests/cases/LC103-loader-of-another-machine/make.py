"""LC103-loader-of-another-machine."""

from pathlib import Path

from tests.forge import AARCH64, GLIBC, elf

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"]))
Path("app").chmod(0o755)
Path("ld.so").write_bytes(elf(soname="ld-linux-aarch64.so.1", machine=AARCH64))
Path("ld.so").chmod(0o755)
