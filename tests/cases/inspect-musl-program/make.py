"""inspect-musl-program."""

from pathlib import Path

from tests.forge import MUSL, Wanted, elf

Path("sort").write_bytes(
    elf(
        interpreter=MUSL,
        needed=["libc.musl-x86_64.so.1"],
        wants=[Wanted("printf"), Wanted("qsort_r"), Wanted("getrandom")],
    )
)
