"""A program as it would be, had it been linked against older libraries: what changes of its symbols and versions."""

from __future__ import annotations

import re
from collections.abc import Mapping

from libccheck.model import Content
from libccheck.record import NamedTuple
from libccheck.releases import Runtime
from libccheck.remedy.exports import Export
from libccheck.remedy.hypothesis import for_older_libraries, with_needed, without_relr

_GLIBC = re.compile(r"GLIBC_(\d+)\.(\d+)(?:\.\d+)?\Z")
_OF_GCC = {
    "glibcxx": re.compile(r"GLIBCXX_3\.4(?:\.(\d+))?\Z"),
    "cxxabi": re.compile(r"CXXABI_1\.3(?:\.(\d+))?\Z"),
    "gcc": re.compile(r"GCC_(\d+)\.(\d+)(?:\.(\d+))?\Z"),
}
_HEADERS = (
    # what newer headers make of a function's name, and what older ones leave it
    (re.compile(r"__isoc23_(.*)"), (r"__isoc99_\1", r"\1")),
    (re.compile(r"(fcntl)64"), (r"\1",)),
)
_STAT = {"stat": "__xstat", "fstat": "__fxstat", "lstat": "__lxstat", "fstatat": "__fxstatat", "mknod": "__xmknod"}
_OF_COMPILER = {
    # what a newer g++ calls unasked, and what an older one calls in its place
    "_ZSt21ios_base_library_initv": "_ZNSt8ios_base4InitC1Ev",
    "_ZSt28__throw_bad_array_new_lengthv": "_ZSt17__throw_bad_allocv",
    "__cxa_call_terminate": "_ZSt9terminatev",
}


class Floor(NamedTuple):
    """What is linked against: the version of glibc, and GCC's libraries; None where they do not change."""

    glibc: tuple[int, int]
    runtime: Runtime | None = None


def version_of(text: str) -> tuple[int, int] | None:
    """The first two numbers of a version: "2.36" gives (2, 36)."""
    match = re.match(r"(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2])) if match else None


def linked_against(content: Content, floor: Floor, exported: Mapping[str, Export]) -> Content | None:
    """The program linked against older libraries, which bind each symbol to an older version of it.

    exported: what the libraries of the image have. None where one of the symbols was not there yet.
    """
    libraries: list[str] = []

    def older(name: str) -> str | None:
        for each in _names(name):
            found = exported.get(each)
            if found is not None and not all(is_newer(version, floor) for version in found.versions):
                libraries.append(found.library)
                return each
        return None

    made = for_older_libraries(without_relr(content), lambda version: is_newer(version, floor), older)
    if made is None or made.elf is None:
        return None
    # what libc.so.6 has taken in since is of a library of its own there
    needed = (*made.elf.needed, *(each for each in libraries if not each.startswith("ld-")))
    return made._replace(elf=with_needed(made.elf, needed))


def is_newer(version: str, floor: Floor) -> bool:
    """Whether this version of a symbol came later than the floor; what linkers note of each other is always newer."""
    match = _GLIBC.match(version)
    if match:
        return (int(match[1]), int(match[2])) > floor.glibc
    if version.startswith("GLIBC_ABI_"):
        return True
    for key, pattern in _OF_GCC.items():
        match = pattern.match(version)
        if match and floor.runtime is not None:
            numbers = tuple(int(each or 0) for each in match.groups())
            known = getattr(floor.runtime, key)
            return numbers > (known if isinstance(known, tuple) else (known,))
    return False


def _names(name: str) -> list[str]:
    """Under which names older libraries may have a function, the likeliest first."""
    names = [name]
    if name.removesuffix("64") in _STAT:
        names.append(_STAT[name.removesuffix("64")] + ("64" if name.endswith("64") else ""))
    for pattern, to in _HEADERS:
        names += [pattern.sub(each, name) for each in to if pattern.fullmatch(name)]
    return [*names, *([_OF_COMPILER[name]] if name in _OF_COMPILER else [])]
