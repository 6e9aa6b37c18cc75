"""LC207-library-without-versions."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

FOO = Wanted("foo", "FOO_1", file="libfoo.so.1")
Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libfoo.so.1", "libc.so.6"], wants=[FOO]))
Path("app").chmod(0o755)
Path("libfoo.so.1").write_bytes(elf(soname="libfoo.so.1", exports=["foo"]))
