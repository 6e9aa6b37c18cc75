"""recommend-several-programs."""

from pathlib import Path

from tests.forge import MUSL, Wanted, elf

Path("lib").mkdir()
Path("lib/libplain.so.1").write_bytes(elf(soname="libplain.so.1", exports=["plain"]))
Path("one").write_bytes(elf(interpreter=MUSL, needed=["libplain.so.1", "libc.so"], wants=[Wanted("plain")]))
Path("two").write_bytes(elf(kind=2))
for each in ("one", "two"):
    Path(each).chmod(0o755)
