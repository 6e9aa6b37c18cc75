"""LC204-glibc-symbols-on-musl."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

wants = [
    Wanted("puts", "GLIBC_2.2.5"),
    Wanted("__fprintf_chk", "GLIBC_2.3.4"),
    Wanted("gnu_get_libc_version", "GLIBC_2.2.5"),
]
Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=wants))
Path("app").chmod(0o755)
Path("lib64").mkdir()
Path("lib64/ld-linux-x86-64.so.2").symlink_to("/lib/ld-musl-x86_64.so.1")
