"""LC101-32-bit-program."""

from pathlib import Path

from tests import tiny

Path("app").write_bytes(tiny.program(bits=32, interpreter=b"/lib/ld-linux.so.2"))
Path("app").chmod(0o755)
