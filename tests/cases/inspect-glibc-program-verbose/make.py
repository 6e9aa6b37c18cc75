"""inspect-glibc-program-verbose."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("httpd").write_bytes(
    elf(
        interpreter=GLIBC,
        needed=["libc.so.6"],
        wants=[Wanted("puts", "GLIBC_2.2.5"), Wanted("gets", "GLIBC_2.2.5"), Wanted("__libc_start_main", "GLIBC_2.34")],
        versions={"libc.so.6": ["GLIBC_ABI_DT_RELR"]},
    )
)
