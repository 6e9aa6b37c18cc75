"""LC107-pages-of-64k."""

import struct
from pathlib import Path

# One segment that lies 4 KiB beside a border of 64 KiB.
counts = 64, 0, 0, 64, 56, 1, 0, 0, 0
header = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 183, 1, 0x401078, *counts)
segment = struct.pack("<IIQQQQQQ", 1, 5, 0, 0x401000, 0x401000, 136, 136, 4096)
Path("app").write_bytes(header + segment + bytes(15) + b"\x90")
Path("app").chmod(0o755)
