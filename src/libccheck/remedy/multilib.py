"""The C library of 32 bits beside that of 64: RPM's distributions for x86-64 have it of the same release."""

from __future__ import annotations

import re

from libccheck.dotted import dotted
from libccheck.imagined import Taken, c_library, library
from libccheck.libc import image_libc, interpreter_text
from libccheck.machines import machine_name, platform_machine
from libccheck.model import Node
from libccheck.record import NamedTuple
from libccheck.remedy.case import Case
from libccheck.remedy.exports import OF_GLIBC
from libccheck.remedy.taken import parts

_MACHINE, _BESIDE = "i386", "x86_64"
_LOADER, _LIBC = "/lib/ld-linux.so.2", "libc.so.6"
_VERSION = re.compile(r"GLIBC_(\d{1,4}(?:\.\d{1,4}){1,2})\Z", re.ASCII)


class Second(NamedTuple):
    """nodes: by real paths. versions: what the program takes of each library, by its name."""

    nodes: dict[str, Node]
    loader: str
    versions: dict[str, tuple[str, ...]]


def second(case: Case) -> Second | None:
    """With what the program takes of it, as far as the release has it; None where the program wants another, or where
    something is in its place."""
    elf, libc = case.check.program.content.elf, image_libc(case.check.image)
    if elf is None or libc is None or libc.family != "glibc" or interpreter_text(elf) != _LOADER:
        return None
    if (machine_name(elf), platform_machine(case.check.image.platform)) != (_MACHINE, _BESIDE):
        return None
    release = dotted(libc.version)
    names = [each for each in OF_GLIBC if each in elf.needed]
    versions, taken = {}, {}
    for name, part in parts(case.tree, elf, case.check.launch, dict.fromkeys(names, "")).items():
        versions[name] = tuple(each for each in part.versions if _is_of(each, release))
        taken[name] = [each for each in part.symbols if each.version in versions[name]]
    nodes = _nodes(case, libc.version or "", versions, taken)
    if any(each in case.tree.nodes for each in nodes):
        return None
    return Second(nodes, next(iter(nodes)), {name: each for name, each in versions.items() if each})


def _nodes(
    case: Case, release: str, versions: dict[str, tuple[str, ...]], taken: dict[str, list[Taken]]
) -> dict[str, Node]:
    """The loader first."""
    folder = case.tree.resolve("/lib")
    directory = "/lib" if folder.errno else folder.path.rstrip("/")
    whole = c_library(_MACHINE, "glibc", release, versions.get(_LIBC, ()), taken.get(_LIBC, ()))
    nodes: dict[str, Node] = {f"{directory}/{path.rpartition('/')[2]}": node for path, node in whole.items()}
    for name in versions:
        if name != _LIBC and not name.startswith("ld-"):
            nodes[f"{directory}/{name}"] = library(_MACHINE, name, versions[name], exports=taken[name])
    return nodes


def _is_of(version: str, release: tuple[int, ...]) -> bool:
    match = _VERSION.match(version)
    return match is not None and dotted(match[1]) <= release
