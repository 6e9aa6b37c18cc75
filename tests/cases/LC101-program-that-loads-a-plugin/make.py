"""LC101-program-that-loads-a-plugin."""

from pathlib import Path

from tests.forge import GLIBC, elf

Path("libx.so").write_bytes(elf(soname="libx.so", exports=["f"]))
Path("server").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"]))
Path("server").chmod(0o755)
