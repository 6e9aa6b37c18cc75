"""LC105-env-that-splits-nothing."""

from pathlib import Path

Path("run.sh").write_text("#!/usr/bin/env -S sh -e\necho hello\n")
Path("run.sh").chmod(0o755)
