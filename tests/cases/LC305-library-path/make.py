"""LC305-library-path."""

from pathlib import Path

from tests.forge import MUSL, Wanted, elf

Path("app").write_bytes(elf(interpreter=MUSL, needed=["libx.so", "libc.musl-x86_64.so.1"], wants=[Wanted("x")]))
Path("app").chmod(0o755)
Path("lib").mkdir()
Path("lib/libx.so").write_bytes(elf(soname="libx.so", exports=["x"]))
