"""LC309-no-temporary-directory."""

from pathlib import Path

from tests.forge import MUSL, Wanted, elf

Path("app").write_bytes(elf(interpreter=MUSL, needed=["libc.musl-x86_64.so.1"], wants=[Wanted("tempnam")]))
Path("app").chmod(0o755)
