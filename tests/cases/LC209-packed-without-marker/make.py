"""LC209-packed-without-marker."""

from pathlib import Path

from tests.forge import GLIBC, elf

WANTED = {"libc.so.6": ["GLIBC_2.2.5"]}

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], versions=WANTED, packed=True))
Path("app").chmod(0o755)
