"""one-program-many-images."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("httpd").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.2.5")]))
Path("httpd").chmod(0o755)
