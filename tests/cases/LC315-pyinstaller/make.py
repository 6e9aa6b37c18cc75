"""LC315-pyinstaller."""

from pathlib import Path

from tests.forge import GLIBC, elf

cookie = b"MEI\014\013\012\013\016" + bytes(12) + (312).to_bytes(4, "big") + b"libpython3.12.so.1.0".ljust(64, b"\0")
Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"]) + cookie)
Path("app").chmod(0o755)
