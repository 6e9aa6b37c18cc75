"""inspect-script-with-windows-line-ends."""

from pathlib import Path

Path("run.py").write_bytes(b"#!/usr/bin/env python3\r\nprint()\r\n")
