"""LC107-cut-off."""

from pathlib import Path

from tests.forge import elf

Path("app").write_bytes(elf(kind=2)[:40])
Path("app").chmod(0o755)
