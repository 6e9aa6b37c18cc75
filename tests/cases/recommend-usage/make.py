"""recommend-usage."""

from pathlib import Path

Path("nothing").touch()
