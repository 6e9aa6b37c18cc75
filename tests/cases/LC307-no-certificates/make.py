"""LC307-no-certificates."""

import struct
from pathlib import Path

from tests.forge import elf

names = b"\0net/http.(*Client).do\0"
table = struct.pack("<IHBBQQQQQ", 0xFFFFFFF1, 0, 1, 8, 1, 0, 0, 48, 48 + len(names)) + names

Path("app").write_bytes(elf(kind=2, text=table))
Path("app").chmod(0o755)
