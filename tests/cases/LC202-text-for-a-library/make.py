"""LC202-text-for-a-library."""

from pathlib import Path

from tests.forge import MUSL, elf

Path("app").write_bytes(elf(interpreter=MUSL, needed=["libz.so.1"]))
Path("app").chmod(0o755)
Path("libz.so.1").write_text("version https://git-lfs.github.com/spec/v1\n")
