"""LC208-loader-of-glibc-under-musl."""

import struct
from pathlib import Path

from tests.forge import MUSL, Wanted, elf

NAME = "ld-linux-x86-64.so.2"
Path("app").write_bytes(elf(interpreter=MUSL, needed=["libc.so", NAME]))
Path("app").chmod(0o755)
library = elf(soname=NAME, needed=["libc.so"], wants=[Wanted("puts", file="libc.so")])
Path(NAME).write_bytes(library.replace(struct.pack("<Q", 1 << 32 | 6), struct.pack("<Q", 37)))
