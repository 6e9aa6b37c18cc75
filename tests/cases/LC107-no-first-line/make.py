"""LC107-no-first-line."""

from pathlib import Path

Path("run.sh").write_bytes(b"echo hello\n")
Path("run.sh").chmod(0o755)
