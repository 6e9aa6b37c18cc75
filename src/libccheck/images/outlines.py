"""Outlines of all entries of a catalog for one platform, in one blob: what rules a base out before it is opened.

The blob is text, a line an entry: name, interpreters that are there, interpreters that are not, libraries, with tabs
between them and blanks inside. A library may be followed by "=" and the number of a set of versions; the sets stand
in the first lines, each with a "V" before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from libccheck.interpreters import usual_paths
from libccheck.machines import platform_machine
from libccheck.model import File, Image, Link, Outline
from libccheck.tree import Tree

_FAMILIES = ("glibc", "musl", "uclibc", "bionic")
_SCRIPTS = (
    *("/bin/sh", "/bin/bash", "/bin/ash", "/bin/dash", "/usr/bin/env", "/usr/bin/perl", "/usr/bin/python3"),
    *("/usr/bin/bash", "/usr/bin/sh", "/usr/bin/node", "/usr/bin/python"),
)
_VERSION = re.compile(r"[\w.+@-]+\Z", re.ASCII)
_PLAIN = re.compile(r"[\w.+-]+\.so[\w.+-]*\Z", re.ASCII)


def outline_of(image: Image) -> Outline:
    """Looks at the head facts of every shared library."""
    tree, machine = image.tree, platform_machine(image.platform)
    named = [path for family in _FAMILIES for path in usual_paths(family, machine)]
    paths = dict.fromkeys((*named, *_SCRIPTS))
    present = frozenset(path for path in paths if tree.resolve(path).errno != "ENOENT")
    return Outline(present, frozenset(paths) - present, _libraries(tree))


def pack(outlines: Mapping[str, Outline]) -> bytes:
    """The blob."""
    sets: dict[str, int] = {}
    lines = []
    for name, outline in sorted(outlines.items()):
        libraries = []
        for library, versions in sorted(outline.libraries.items()):
            text = " ".join(sorted(versions))
            number = sets.setdefault(text, len(sets)) if versions else None
            libraries.append(library if number is None else f"{library}={number}")
        parts = (sorted(outline.present), sorted(outline.absent), libraries)
        lines.append("\t".join((name, *(" ".join(part) for part in parts))))
    return "\n".join([*(f"V\t{each}" for each in sets), *lines]).encode("utf-8", "surrogateescape")


def unpack(data: bytes) -> dict[str, Outline]:
    """Raises ValueError or IndexError where it is no such blob."""
    sets: list[frozenset[str]] = []
    found = {}
    for line in data.decode("utf-8", "surrogateescape").split("\n"):
        name, *parts = line.split("\t")
        if name == "V":
            sets.append(frozenset(parts[0].split(" ")))
        elif line:
            present, absent, libraries = (part.split(" ") if part else [] for part in parts)
            found[name] = Outline(frozenset(present), frozenset(absent), _unpacked(libraries, sets))
    return found


def _unpacked(libraries: Iterable[str], sets: list[frozenset[str]]) -> dict[str, frozenset[str]]:
    found = {}
    for each in libraries:
        name, _, number = each.partition("=")
        found[name] = sets[int(number)] if number else frozenset[str]()
    return found


def _libraries(tree: Tree) -> dict[str, frozenset[str]]:
    """Those with plain names; who asks about another gets no answer."""
    found: dict[str, frozenset[str]] = {}
    for path in tree:
        name = path.rpartition("/")[2]
        node = tree.nodes.get(path) if _PLAIN.match(name) else None
        if isinstance(node, Link):
            node = tree.resolve(path).node
        if isinstance(node, File):
            versions, others = _versions(node), found.get(name)
            known = versions if others is None else others | versions
            found[name] = known if versions and others != frozenset() else frozenset()
    return found


def _versions(file: File) -> frozenset[str]:
    elf = file.load().elf
    defined = elf.versions_defined if elf is not None else None
    names = frozenset(each.name for each in defined or () if not each.base)
    return names if all(_VERSION.match(each) for each in names) else frozenset()
