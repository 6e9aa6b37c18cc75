"""LC203-weak-version."""

from pathlib import Path

from tests.forge import GLIBC, elf

WANTED = {"libc.so.6": ["GLIBC_2.98", "GLIBC_2.99"]}

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], versions=WANTED, weak_versions=["GLIBC_2.98"]))
Path("app").chmod(0o755)
