"""LC312-noted-library."""

import struct
from pathlib import Path

from tests.forge import MUSL, elf

text = b'[{"feature":"xz","priority":"recommended","soname":["liblzma.so.9"]}]\0'
note = struct.pack("<III", 4, len(text), 0x407C0C0A) + b"FDO\0" + text
needed = ["libc.musl-x86_64.so.1"]
Path("app").write_bytes(elf(interpreter=MUSL, needed=needed, segments={4: (4, note)}))
Path("app").chmod(0o755)
