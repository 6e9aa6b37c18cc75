"""LC202-musl-text-for-a-library."""

from pathlib import Path

from tests.forge import MUSL, elf

Path("app").write_bytes(elf(interpreter=MUSL, needed=["libc.so", "libfoo.so.1"]))
Path("app").chmod(0o755)
Path("libfoo.so.1").write_text("version https://git-lfs.github.com/spec/v1\n" + "0" * 4096)
