"""inspect-several."""

from pathlib import Path

from tests.forge import GLIBC, MUSL, Wanted, elf

for name, data in {
    "bin/app": elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("fstat", "GLIBC_2.33")]),
    "bin/app-musl": elf(interpreter=MUSL, needed=["libc.so"], wants=[Wanted("malloc")]),
    "bin/app-static": elf(kind=2),
    "bin/start": b"#!/bin/sh -e\n",
    "lib/libapp.so": elf(soname="libapp.so", needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.2.5")]),
    "share/read.me": b"not a program\n",
}.items():
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
