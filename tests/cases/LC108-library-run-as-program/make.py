"""LC108-library-run-as-program."""

from pathlib import Path

from tests.forge import elf

Path("libapp.so").write_bytes(elf(soname="libapp.so", needed=["libc.so.6"]))
Path("libapp.so").chmod(0o755)
