"""error-unknown-user."""

from pathlib import Path

from tests.forge import elf

Path("tool").write_bytes(elf(kind=2))
Path("tool").chmod(0o755)
