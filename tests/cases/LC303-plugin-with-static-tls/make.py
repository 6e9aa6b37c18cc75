"""LC303-plugin-with-static-tls."""

from pathlib import Path

from tests.forge import elf

TLS, STACK = 7, 0x6474E551
segments = {TLS: (4, bytes(8)), STACK: (6, b"")}
Path("libx.so").write_bytes(elf(soname="libx.so", exports=["counter"], segments=segments))
