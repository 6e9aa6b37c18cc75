"""LC201-what-busybox-lacks."""

from pathlib import Path

from tests.forge import GLIBC, elf

LACKS = {"crypt": "libcrypt.so.1", "gcc": "libgcc_s.so.1", "dl": "libdl.so.2"}
for name, library in LACKS.items():
    Path(name).write_bytes(elf(interpreter=GLIBC, needed=[library, "libc.so.6"]))
    Path(name).chmod(0o755)
