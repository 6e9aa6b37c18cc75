"""LC207-packed-for-newer-musl."""

from pathlib import Path

from tests.forge import MUSL, elf

Path("app").write_bytes(elf(interpreter=MUSL, needed=["libc.musl-x86_64.so.1"], packed=True))
Path("app").chmod(0o755)
