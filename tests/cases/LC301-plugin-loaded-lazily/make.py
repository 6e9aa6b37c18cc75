"""LC301-plugin-loaded-lazily."""

from pathlib import Path

from tests.forge import MUSL, Wanted, elf

Path("addon.node").write_bytes(elf(soname="addon.node", wants=[Wanted("no_such_function", lazy=True)]))
Path("node").write_bytes(elf(interpreter=MUSL, needed=["libc.musl-x86_64.so.1"]))
Path("node").chmod(0o755)
