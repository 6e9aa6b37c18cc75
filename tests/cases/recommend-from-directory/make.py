"""recommend-from-directory."""

from pathlib import Path

from tests.forge import elf


def write(path: str, data: bytes, mode: int = 0o755) -> None:
    file = Path("root" + path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    file.chmod(mode)


write("/srv/app", b"#!/bin/sh\nexec true\n")
write("/bin/sh", elf(kind=2, text=b"x" * 5000))
write("/usr/share/doc/app/README", b"words\n" * 9000, 0o644)
write("/usr/lib/gcc/x86_64-linux-gnu/12/cc1", elf(kind=2, text=b"x" * 70000))
write("/usr/lib/libspare.so.1", elf(soname="libspare.so.1", exports=["spare"], text=b"x" * 9000))
