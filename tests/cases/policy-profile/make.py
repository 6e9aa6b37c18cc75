"""policy-profile: a wheel with a library of its own, and one that the system would have to have."""

import zipfile
from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

FILES = {
    "app/bin/app": elf(
        interpreter=GLIBC,
        needed=["libown.so", "libssl.so.3", "libc.so.6"],
        wants=[Wanted("memcpy", "GLIBC_2.14"), Wanted("clone3", "GLIBC_2.34")],
        runpath="$ORIGIN/../libs",
    ),
    "app/libs/libown.so": elf(soname="libown.so", needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.2.5")]),
}
with zipfile.ZipFile(Path("app.whl"), "w") as wheel:
    for name, data in FILES.items():
        wheel.writestr(name, data)
