"""LC105-env-bash-on-alpine."""

from pathlib import Path

Path("run.sh").write_bytes(b"#!/usr/bin/env bash\n")
Path("run.sh").chmod(0o755)
