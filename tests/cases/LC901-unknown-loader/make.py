"""LC901-unknown-loader."""

from pathlib import Path

from tests.forge import elf

Path("app").write_bytes(elf(interpreter="/lib/ld-research.so.1", needed=["libc.so.6"]))
Path("app").chmod(0o755)
Path("root/lib").mkdir(parents=True)
Path("root/lib/ld-research.so.1").write_bytes(elf(soname="ld-research.so.1"))
Path("root/lib/ld-research.so.1").chmod(0o755)
