"""LC302-glibc-program-on-musl."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.2.5")]))
Path("app").chmod(0o755)
Path("lib64").mkdir()
Path("lib64/ld-linux-x86-64.so.2").symlink_to("/lib/ld-musl-x86_64.so.1")
