"""LC208-library-of-another-machine."""

import struct
from pathlib import Path

from tests.forge import AARCH64, MUSL, Wanted, elf

Path("app").write_bytes(elf(interpreter=MUSL, needed=["libc.so", "libfoo.so.1"]))
Path("app").chmod(0o755)
library = elf(soname="libfoo.so.1", needed=["libc.so"], wants=[Wanted("puts", file="libc.so")], machine=AARCH64)
Path("libfoo.so.1").write_bytes(library.replace(struct.pack("<Q", 1 << 32 | 6), struct.pack("<Q", 1 << 32 | 1026)))
