"""inspect-nix-program."""

from pathlib import Path

from tests.forge import Wanted, elf

Path("tool").write_bytes(
    elf(
        interpreter="/nix/store/1vd1xqvdxdnwxiqnw-glibc-2.39-52/lib/ld-linux-x86-64.so.2",
        needed=["libc.so.6"],
        wants=[Wanted("arc4random", "GLIBC_2.36")],
        rpath="/nix/store/1vd1xqvdxdnwxiqnw-glibc-2.39-52/lib",
    )
)
