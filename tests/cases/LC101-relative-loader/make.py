"""LC101-relative-loader."""

from pathlib import Path

from tests.forge import elf

Path("app").write_bytes(elf(interpreter="lib/ld-musl-x86_64.so.1", needed=["libc.so"]))
Path("app").chmod(0o755)
