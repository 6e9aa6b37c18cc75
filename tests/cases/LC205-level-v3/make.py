"""LC205-level-v3."""

import struct
from pathlib import Path

from tests.forge import GLIBC, elf

V3 = 4
note = struct.pack("<III4sIIII", 4, 16, 5, b"GNU\0", 0xC0008002, 4, V3, 0)
segments = {0x6474E553: (4, note), 4: (4, note)}
Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], segments=segments))
Path("app").chmod(0o755)
