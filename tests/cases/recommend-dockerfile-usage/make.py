"""recommend-dockerfile-usage."""

from pathlib import Path

from tests.forge import elf

for name in ("app", "other"):
    Path(name).write_bytes(elf(kind=2))
