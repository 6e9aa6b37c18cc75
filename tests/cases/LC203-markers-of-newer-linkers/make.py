"""LC203-markers-of-newer-linkers."""

from pathlib import Path

from tests.forge import GLIBC, elf

Path("app").write_bytes(
    elf(interpreter=GLIBC, needed=["libc.so.6"], versions={"libc.so.6": ["GLIBC_ABI_DT_RELR", "GLIBC_ABI_GNU2_TLS"]})
)
Path("app").chmod(0o755)
