"""starts-static-in-scratch."""

from pathlib import Path

from tests.forge import elf

Path("app").write_bytes(elf(kind=2))
Path("app").chmod(0o755)
