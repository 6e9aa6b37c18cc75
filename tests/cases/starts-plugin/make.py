"""starts-plugin."""

from pathlib import Path

from tests.forge import elf

Path("libx.so").write_bytes(elf(soname="libx.so", exports=["f"]))
