"""starts-although-a-preload-is-missing."""

from pathlib import Path

from tests.forge import GLIBC, elf

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"]))
Path("app").chmod(0o755)
