"""LC101-musl-program-on-busybox-musl."""

from pathlib import Path

from tests.forge import MUSL, Wanted, elf

Path("tool").write_bytes(elf(interpreter=MUSL, needed=["libc.musl-x86_64.so.1"], wants=[Wanted("puts")]))
Path("tool").chmod(0o755)
