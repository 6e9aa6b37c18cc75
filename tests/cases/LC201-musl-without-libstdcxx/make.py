"""LC201-musl-without-libstdcxx."""

from pathlib import Path

from tests.forge import MUSL, elf

Path("app").write_bytes(elf(interpreter=MUSL, needed=["libstdc++.so.6", "libgcc_s.so.1", "libc.musl-x86_64.so.1"]))
Path("app").chmod(0o755)
