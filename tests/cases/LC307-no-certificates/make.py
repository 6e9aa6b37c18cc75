"""LC307-no-certificates."""

from pathlib import Path

from tests.forge import elf

Path("app").write_bytes(elf(kind=2, text=b"\xff Go buildinf:\0net/http.(*Client).do\0"))
Path("app").chmod(0o755)
