"""LC105-arguments-of-env."""

from pathlib import Path

Path("run.sh").write_text("#!/usr/bin/env sh -e\necho hello\n")
Path("run.sh").chmod(0o755)
