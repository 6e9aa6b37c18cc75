"""LC101-uclibc-of-another-generation."""

from pathlib import Path

from tests.forge import elf

Path("app").write_bytes(elf(interpreter="/lib/ld64-uClibc.so.1", needed=["libc.so.1"]))
Path("app").chmod(0o755)
