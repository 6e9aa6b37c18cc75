"""LC308-no-time-zones."""

from pathlib import Path

from tests.forge import MUSL, Wanted, elf

Path("app").write_bytes(elf(interpreter=MUSL, needed=["libc.musl-x86_64.so.1"], wants=[Wanted("localtime_r")]))
Path("app").chmod(0o755)
