"""What a package is, and which of its files matter to a program's start."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from libccheck.elf import read

Files = Mapping[str, tuple[int, "bytes | str"]]
"""By path: the mode, and the bytes or where a link leads."""

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
MERGED = ("bin", "lib", "lib64")
_LIBRARIES = re.compile(r"/(usr/)?lib(32|64)?/([\w.-]+-linux-(gnu|musl)[\w]*/)?[^/]+\.so(\.[^/]*)?\Z|/(usr/)?lib/ld-.*")
_INTERPRETERS = re.compile(
    r"/(usr/)?bin/((python|ruby|tclsh)[\d.]*|bash|busybox|dumb-init|fish|gawk|node|nodejs|perl|tini|zsh)\Z"
)
_ZONES = "/usr/share/zoneinfo/"
_NO_ZONES = ("posix/", "right/", "posixrules")


class Package(NamedTuple):
    """One package; `size` in bytes as installed; `files`: those that make a difference; asked: by the recipe."""

    name: str
    version: str
    size: int
    requires: tuple[str, ...]
    files: Files
    asked: bool


def matters(path: str) -> bool:
    return bool(
        _LIBRARIES.match(path)
        or _INTERPRETERS.match(path)
        or (path.startswith(_ZONES) and not path[len(_ZONES) :].startswith(_NO_ZONES))
        or path == BUNDLE
    )


def needed(packages: Mapping[str, Files], asked: Collection[str]) -> dict[str, Files]:
    """The files of the packages that were asked for, and what those load, by package: the others make no difference."""
    places: dict[str, list[tuple[str, str]]] = {}
    for package, files in packages.items():
        for path in files:
            places.setdefault(path.rpartition("/")[2], []).append((package, path))
    todo = [(package, path) for package in asked for path in packages.get(package, ())]
    kept = dict.fromkeys(todo)
    while todo:
        package, path = todo.pop()
        data = packages[package][path][1]
        names = [data.rpartition("/")[2]] if isinstance(data, str) else _loads(data)
        fresh = [each for name in names for each in places.get(name, ()) if each not in kept]
        kept.update(dict.fromkeys(fresh))
        todo += fresh
    return {
        package: {path: files[path] for path in files if (package, path) in kept}
        for package, files in packages.items()
        if package in asked or any((package, path) in kept for path in files)
    }


def _loads(data: bytes) -> tuple[str, ...]:
    elf = read(memoryview(data))
    return elf.needed if elf is not None else ()
