"""error-directory-in-the-way."""

from pathlib import Path

from tests.forge import elf

Path("bin").write_bytes(elf(kind=2))
Path("bin").chmod(0o755)
