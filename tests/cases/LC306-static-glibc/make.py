"""LC306-static-glibc."""

from pathlib import Path

from tests.forge import elf

Path("app").write_bytes(elf(kind=2, text=b"/usr/lib/x86_64-linux-gnu/gconv/gconv-modules\0_nss_%s_%s\0"))
Path("app").chmod(0o755)
