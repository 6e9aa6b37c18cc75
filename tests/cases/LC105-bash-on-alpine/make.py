"""LC105-bash-on-alpine."""

from pathlib import Path

Path("run.sh").write_bytes(b"#!/bin/bash\n")
Path("run.sh").chmod(0o755)
