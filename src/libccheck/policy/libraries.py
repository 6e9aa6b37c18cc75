"""Which libraries a program may need of the system, and which are its own."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from posixpath import dirname, normpath

from libccheck.model import Elf, Finding, Step
from libccheck.record import NamedTuple

_LOADERS = ("ld-linux*", "ld64.so.[12]", "ld-musl-*")
_ORIGINS = ("$ORIGIN", "${ORIGIN}")


class Foreign(NamedTuple):
    """A library that is not allowed, unless it lies at one of the paths where the program's own rpath leads."""

    finding: Finding
    own_paths: frozenset[str]


def foreign(
    path: str, elf: Elf, allowed: tuple[str, ...], denied: tuple[str, ...], profile: frozenset[str] | None
) -> tuple[Foreign, ...]:
    """LC504, in the order of DT_NEEDED. `profile`: the only ones that it lets the system have; None for no profile."""
    return tuple(_foreign(path, elf, allowed, denied, profile))


def _foreign(
    path: str, elf: Elf, allowed: tuple[str, ...], denied: tuple[str, ...], profile: frozenset[str] | None
) -> Iterator[Foreign]:
    for name in dict.fromkeys(elf.needed):
        if _any(name, denied):
            yield Foreign(_finding(path, name, "which is denied"), frozenset())
        elif _any(name, _LOADERS):
            continue
        elif allowed and not _any(name, allowed):
            yield Foreign(_finding(path, name, "which is not allowed"), _own_paths(path, elf, name))
        elif profile is not None and _plain(name) not in profile and not (allowed and _any(name, allowed)):
            why = "which the profile does not let the system have"
            yield Foreign(_finding(path, name, why), _own_paths(path, elf, name))


def _plain(name: str) -> str:
    """musl's library is called after the machine on Alpine."""
    return "libc.so" if name.startswith("libc.musl-") else name


def is_loader(name: str) -> bool:
    return _any(name, _LOADERS)


def _any(name: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, each) for each in globs)


def _finding(path: str, name: str, why: str) -> Finding:
    return Finding("LC504", name, f"{path} needs {name}, {why}", (Step("read", path, name, "DT_NEEDED"),))


def place(path: str) -> str:
    """The path in one form; of a program in an archive, FILE!PATH, only that inside, which cannot lead out of it."""
    archive, sign, inside = path.partition("!")
    return f"{archive}!{normpath(f'/{inside}')}" if sign else normpath(path)


def _own_paths(path: str, elf: Elf, name: str) -> frozenset[str]:
    """As the loaders look: RUNPATH takes the place of RPATH."""
    archive, sign, inside = path.partition("!")
    directory = dirname(inside if sign else path) or "."
    paths = set()
    for each in filter(None, (elf.runpath if elf.runpath is not None else elf.rpath or "").split(":")):
        for origin in _ORIGINS:
            if each.startswith(origin):
                each = directory + each[len(origin) :]
        paths.add(place(f"{archive}!{each}/{name}" if sign else f"{each}/{name}"))
    return frozenset(paths)
