"""usage-regression-of-nothing: one program for each libc, and a script."""

from pathlib import Path

from tests.forge import GLIBC, MUSL, elf

Path("app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"]))
Path("app-musl").write_bytes(elf(interpreter=MUSL, needed=["libc.so"]))
Path("run.sh").write_text("#!/bin/sh\n")
for name in ("app", "app-musl", "run.sh"):
    Path(name).chmod(0o755)
