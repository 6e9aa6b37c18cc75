"""LC102-arm64-program-on-amd64."""

from pathlib import Path

from tests.forge import AARCH64, elf

Path("app").write_bytes(elf(kind=2, machine=AARCH64))
Path("app").chmod(0o755)
