"""LC103-loader-is-empty."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("httpd").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.2.5")]))
Path("httpd").chmod(0o755)
Path("root/lib64").mkdir(parents=True)
Path("root/lib64/ld-linux-x86-64.so.2").touch(0o755)
