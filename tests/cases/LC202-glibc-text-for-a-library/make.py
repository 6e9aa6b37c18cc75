"""LC202-glibc-text-for-a-library."""

from pathlib import Path

from tests.forge import GLIBC, elf

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libfoo.so.1", "libc.so.6"]))
Path("app").chmod(0o755)
Path("libfoo.so.1").write_text("/* GNU ld script */\nGROUP ( /lib/x86_64-linux-gnu/libc.so.6 )\n" + " " * 800)
