"""LC902-library-is-a-fifo."""

import os
from pathlib import Path

from tests.forge import GLIBC, elf

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"]))
Path("app").chmod(0o755)
Path("opt").mkdir()
os.mkfifo("opt/libc.so.6")
