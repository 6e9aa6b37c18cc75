"""LC101-program-of-nix."""

from pathlib import Path

from tests.forge import elf

LOADER = "/nix/store/1xq4d4ppm5k6x-glibc-2.40/lib/ld-linux-x86-64.so.2"
Path("app").write_bytes(elf(interpreter=LOADER, needed=["libc.so.6"]))
Path("app").chmod(0o755)
