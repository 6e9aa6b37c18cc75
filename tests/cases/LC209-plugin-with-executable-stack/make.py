"""LC209-plugin-with-executable-stack."""

from pathlib import Path

from tests.forge import elf

Path("libx.so").write_bytes(elf(soname="libx.so", exports=["f"]))  # without PT_GNU_STACK
