"""LC203-newer-glibc."""

from pathlib import Path

from tests.forge import GLIBC, elf

versions = {"libc.so.6": ["GLIBC_2.34", "GLIBC_2.38"], "libm.so.6": ["GLIBC_2.29"]}
Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libm.so.6", "libc.so.6"], versions=versions))
Path("app").chmod(0o755)
