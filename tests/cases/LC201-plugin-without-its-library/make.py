"""LC201-plugin-without-its-library."""

from pathlib import Path

from tests.forge import elf

Path("libx.so").write_bytes(elf(soname="libx.so", needed=["libssl.so.1.1"], exports=["f"]))
