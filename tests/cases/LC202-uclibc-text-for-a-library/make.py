"""LC202-uclibc-text-for-a-library."""

from pathlib import Path

from tests.forge import UCLIBC, elf

Path("app").write_bytes(elf(interpreter=UCLIBC, needed=["libfoo.so", "libc.so.0.9.32"]))
Path("libfoo.so").write_text("GROUP ( libfoo.so.1 )\n")
Path("app").chmod(0o755)
