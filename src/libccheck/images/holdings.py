"""What a tree holds for a program: loaders, libraries, files."""

from __future__ import annotations

from libccheck.launch.kernel import is_library
from libccheck.libc import interpreter_text
from libccheck.model import File, Image, Loader
from libccheck.record import NamedTuple

_FAMILIES = frozenset(("glibc", "musl", "uclibc", "gcompat", "bionic"))
"""Of what is known by its content: env(1) and busybox are too, under every name that they have."""

_ET_EXEC, _ET_DYN = 2, 3


class Holdings(NamedTuple):
    """loaders: path and loader of each file that is one or a C library; libraries: sonames, sorted; programs: ELF files
    that ask for an interpreter or are static; files: how many there are, of any kind."""

    loaders: tuple[tuple[str, Loader], ...]
    libraries: tuple[str, ...]
    programs: int
    files: int


def holdings(image: Image) -> Holdings:
    """Looks at the head facts of every ELF file."""
    loaders: list[tuple[str, Loader]] = []
    libraries: set[str] = set()
    programs = files = 0
    for path in image.tree:
        node = image.tree.nodes.get(path)
        if not isinstance(node, File):
            continue
        files += 1
        content = node.load()
        if content.elf is None:
            continue
        if content.loader is not None and content.loader.family in _FAMILIES:
            loaders.append((path, content.loader))
        if content.elf.soname is not None:
            libraries.add(content.elf.soname)
        elif content.elf.kind in (_ET_EXEC, _ET_DYN) and (interpreter_text(content.elf) or not is_library(content.elf)):
            programs += 1
    return Holdings(tuple(sorted(loaders)), tuple(sorted(libraries)), programs, files)
