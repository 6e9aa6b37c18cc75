"""inspect-glibc-program."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("httpd").write_bytes(
    elf(
        interpreter=GLIBC,
        needed=["libssl.so.3", "libc.so.6"],
        wants=[
            Wanted("SSL_new", "OPENSSL_3.0.0", "libssl.so.3"),
            Wanted("puts", "GLIBC_2.2.5"),
            Wanted("__libc_start_main", "GLIBC_2.34"),
        ],
        runpath="$ORIGIN/../lib",
    )
)
