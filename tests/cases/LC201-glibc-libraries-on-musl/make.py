"""LC201-glibc-libraries-on-musl."""

from pathlib import Path

from tests.forge import MUSL, elf

Path("app").write_bytes(elf(interpreter=MUSL, needed=["libc.so", "libresolv.so.2", "ld-linux-x86-64.so.2"]))
Path("app").chmod(0o755)
