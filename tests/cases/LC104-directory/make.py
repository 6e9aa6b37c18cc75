"""LC104-directory."""

from pathlib import Path

Path("app").mkdir(0o755)
