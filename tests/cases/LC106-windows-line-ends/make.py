"""LC106-windows-line-ends."""

from pathlib import Path

Path("run.sh").write_bytes(b"#!/bin/sh\r\necho hello\r\n")
Path("run.sh").chmod(0o755)
