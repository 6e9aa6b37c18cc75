"""tree-musl: the loader is the C library, and one of the needed ones is not there."""

from pathlib import Path

from tests.forge import MUSL, elf

Path("app").write_bytes(
    elf(interpreter=MUSL, needed=["libz.so.1", "libpthread.so.0", "libx.so", "libc.musl-x86_64.so.1"])
)
Path("app").chmod(0o755)
