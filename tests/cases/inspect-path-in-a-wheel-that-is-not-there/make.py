"""inspect-path-in-a-wheel-that-is-not-there."""

import zipfile
from pathlib import Path

with zipfile.ZipFile(Path("app.whl"), "w") as wheel:
    wheel.writestr("app/bin/app", b"#!/bin/sh\n")
