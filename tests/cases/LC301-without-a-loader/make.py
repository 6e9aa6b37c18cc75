"""LC301-without-a-loader: static, but for a library that nobody will bind."""

from pathlib import Path

from tests.forge import Wanted, elf

Path("app").write_bytes(elf(needed=["libavutil.so.59"], wants=[Wanted("av_frame_alloc")], flags_1=0x08000000))
Path("app").chmod(0o755)
