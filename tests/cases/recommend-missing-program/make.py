"""recommend-missing-program."""

from pathlib import Path

Path("elsewhere").touch()
