"""inspect-wheel."""

import zipfile
from pathlib import Path

from tests.forge import GLIBC, MUSL, Wanted, elf

FILES = {
    "app/bin/app": elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("memcpy", "GLIBC_2.14")]),
    "app/bin/app-musl": elf(interpreter=MUSL, needed=["libc.so"], wants=[Wanted("preadv2")]),
    "app/__init__.py": b"",
}
with zipfile.ZipFile(Path("app.whl"), "w") as wheel:
    for name, data in FILES.items():
        wheel.writestr(name, data)
