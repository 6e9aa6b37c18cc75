"""LC107-empty."""

from pathlib import Path

Path("app").touch(0o755)
