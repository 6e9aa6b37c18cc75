"""The images of the benchmark as directories with a Dockerfile: what is in them is of this machine, or from a seed."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path

_LIBRARIES = Path("/usr/lib")
_LOADER = "ld-linux-x86-64.so.2"
_LIBC = ("libc.so.6", "libm.so.6", _LOADER)
_COMMAND = 'CMD ["/bin/sh"]\n'
_MEGABYTE = 1_000_000
_LARGE = 1_000 * _MEGABYTE
_OF_LIBRARIES = 250 * _MEGABYTE
_OF_DATA = 150 * _MEGABYTE


def small(room: Path) -> None:
    """A C library, its loader, and a shell: one layer."""
    _base(room / "base")
    _write(room, ["base"])


def large(room: Path) -> None:
    """1 GB: a C library, 250 MB of this machine's libraries, 150 MB in files of 20 kB, the rest one file of weights."""
    chance = random.Random(1)
    _base(room / "base")
    used = 0
    for number, each in enumerate(_shared_objects()):
        if used > _OF_LIBRARIES:
            break
        target = room / "libraries" / "usr/lib/app" / f"{number // 200}" / each.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(each, target)
        used += each.stat().st_size
    for number in range(_OF_DATA // 20_000):
        target = room / "data" / "srv" / f"{number // 500}" / f"{number}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f'{{"number": {chance.random()}, "more": "{chance.randbytes(4).hex()}"}}\n' * 400)
    used += sum(each.stat().st_size for each in (room / "data").rglob("*") if each.is_file())
    (room / "weights" / "model").mkdir(parents=True)
    with (room / "weights" / "model" / "weights.bin").open("wb") as file:
        for _ in range(max(_LARGE - used, 0) // _MEGABYTE):
            file.write(chance.randbytes(_MEGABYTE))
    _write(room, ["base", "libraries", "data", "weights"])


def layers(room: Path) -> None:
    """60 layers of about a megabyte, each with files of its own and some of the last one's anew."""
    _base(room / "base")
    names = ["base"]
    objects = _shared_objects()
    for number in range(59):
        names.append(f"layer{number}")
        folder = room / names[-1] / "usr/lib/app"
        folder.mkdir(parents=True)
        for each in islice(objects, 4):
            shutil.copy(each, folder / each.name)
        for file in range(50):
            target = room / names[-1] / "srv" / f"{number + file % 2}" / f"{file}"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(f"{number} {file}\n" * 100)
    _write(room, names)


MAKERS: dict[str, Callable[[Path], None]] = {"small": small, "large": large, "layers": layers}


def _base(root: Path) -> None:
    (root / "lib64").mkdir(parents=True)
    (root / "bin").mkdir()
    libraries = root / "lib/x86_64-linux-gnu"
    libraries.mkdir(parents=True)
    for name in _LIBC:
        shutil.copy(_LIBRARIES / "x86_64-linux-gnu" / name, libraries / name)
    (root / "lib64" / _LOADER).symlink_to(f"/lib/x86_64-linux-gnu/{_LOADER}")
    shutil.copy("/bin/busybox", root / "bin/sh")


def _shared_objects() -> Iterator[Path]:
    """This machine's, in the order of their names, each again and again where there are too few."""
    found = [each for each in sorted(_LIBRARIES.rglob("*.so*")) if each.is_file() and not each.is_symlink()]
    fit = [each for each in found if 10_000 < each.stat().st_size < 30 * _MEGABYTE]
    return (fit[each % len(fit)] for each in count())


def _write(room: Path, names: list[str]) -> None:
    (room / "Dockerfile").write_text("FROM scratch\n" + "".join(f"COPY {each}/ /\n" for each in names) + _COMMAND)
