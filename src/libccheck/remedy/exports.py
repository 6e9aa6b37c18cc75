"""What the libraries of an image export, each symbol with its versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from libccheck.libc import image_libc
from libccheck.model import Elf, File
from libccheck.record import NamedTuple
from libccheck.remedy.case import Case

OF_GLIBC = (
    *("libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "libresolv.so.2"),
    *("ld-linux-x86-64.so.2", "ld-linux.so.2", "ld-linux-aarch64.so.1", "ld-linux-armhf.so.3"),
)
OF_GCC = ("libstdc++.so.6", "libgcc_s.so.1")


class Export(NamedTuple):
    """A symbol: the file name of the library that has it, and its versions there, "" for none."""

    library: str
    versions: frozenset[str]


def exported(case: Case, names: Iterable[str]) -> dict[str, Export]:
    """Every symbol of these libraries, by the first of them that has it.

    They are looked for where the loader of the image looks by itself, and where the program's other libraries lie.
    """
    found: dict[str, Export] = {}
    for library, elf in _libraries(case, tuple(names)):
        here: dict[str, set[str]] = {}
        versions = {each.index: each.name for each in elf.versions_defined or ()}
        symbols = elf.tables.symbols
        if symbols is None:
            continue
        numbers = symbols.versions or (1,) * len(symbols.names)
        for name, section, number in zip(symbols.names, symbols.sections, numbers, strict=False):
            if section:
                here.setdefault(name, set()).add(versions.get(number & 0x7FFF, "") if number & 0x7FFF > 1 else "")
        found = {**{name: Export(library, frozenset(each)) for name, each in here.items()}, **found}
    return found


def _libraries(case: Case, names: tuple[str, ...]) -> Iterator[tuple[str, Elf]]:
    directories = {each.path.rpartition("/")[0] for each in case.check.launch.objects if each.path.startswith("/")}
    libc = image_libc(case.check.image)
    seen: set[str] = set()
    for directory in dict.fromkeys([*(libc.directories if libc else ()), *sorted(directories)]):
        for name in names:
            path, node, _ = case.tree.resolve(f"{directory}/{name}")
            elf = node.load().elf if isinstance(node, File) else None
            if elf is not None and path not in seen:
                seen.add(path)
                yield name, elf
