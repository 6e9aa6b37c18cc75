"""recommend-from-catalog."""

from pathlib import Path

Path("nothing").touch()
