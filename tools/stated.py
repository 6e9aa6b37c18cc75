"""Packages whose files nobody here has read: what `stated.json` says of them, as facts of ELF files.

The names, links and dependencies are those of apk's own record of an installed Alpine 3.24; the symbols those that
gcompat 1.1.0, libucontext 1.3.2 and musl-obstack 1.2 define where they are built from their sources as Alpine's
APKBUILD has them built. The size of the loader is that of Alpine's for x86_64, the others are those of such a build.

`dynamic` of a platform: where the dynamic section of the stub lies is not known, but behind its code and its constants.
The less lies before it, the fewer thread-local data of a program does the stub bear: this is less than there can be, on
arm64 nothing, since its segments lie 64 KiB apart. `without`: what is not defined there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from libccheck.imagined import Taken, library
from libccheck.model import (
    Config,
    Content,
    Directory,
    Elf,
    File,
    Image,
    Layer,
    Link,
    Loader,
    Node,
    Provenance,
    Segment,
)
from libccheck.tree import Tree

FACTS = json.loads(Path(__file__).with_name("stated.json").read_text(encoding="utf-8"))
_PT_LOAD, _PT_DYNAMIC = 1, 2
_HASH, _STRTAB, _SYMTAB, _NEEDED, _DEBUG = 4, 5, 6, 1, 21
_OBJECT = 1
_PAGE = 0x1000
_BEHIND_CODE = 0x3000


def with_stated(name: str, platform: str, image: Image | None) -> Image:
    """The packages of that release of Alpine, the stated ones behind those that were read; `image` has the latter."""
    if image is None:
        nothing_read = Provenance("", "", "", FACTS["date"], "")
        image = Image(name, "catalog", None, platform, 0, (), Config(), Tree({}), provenance=nothing_read)
    machine = FACTS["platforms"][platform]
    packages = _of(FACTS["packages"], machine)
    read = [each for each in image.layers if each.created_by.split(" ")[0] not in packages]
    links = {path for each in packages.values() for path in each["links"]}
    nodes = {path: node for path in image.tree if _stays(node := image.tree.nodes[path], path, len(read), links)}
    layers = list(read)
    for package, facts in packages.items():
        nodes.update(_nodes(facts, machine, len(layers)))
        layers.append(Layer("", facts["size"], " ".join((package, facts["version"], *facts["requires"]))))
    for path in ("/", "/lib", "/lib64", "/usr", "/usr/lib"):
        nodes.setdefault(path, Directory(0o755, 0, 0))
    source = image.provenance._replace(note=FACTS["origin"]) if image.provenance else None
    return image._replace(layers=tuple(layers), tree=Tree(nodes), provenance=source)


def _of(stated: Any, machine: Mapping[str, Any]) -> Any:
    """With the names of that machine in every text."""
    if isinstance(stated, str):
        return stated.replace("{loader}", machine["loader"]).replace("{arch}", machine["arch"])
    if isinstance(stated, list):
        return [_of(each, machine) for each in stated]
    if isinstance(stated, dict):
        return {_of(key, machine): _of(value, machine) for key, value in stated.items()}
    return stated


def _stays(node: Node, path: str, count: int, links: set[str]) -> bool:
    if isinstance(node, File):
        return node.layer is None or node.layer < count
    return path not in links


def _nodes(facts: Mapping[str, Any], machine: Mapping[str, Any], layer: int) -> Iterator[tuple[str, Node]]:
    for path, target in facts["links"].items():
        yield path, Link(target)
    for path, said in facts["libraries"].items():
        yield path, _file(Content(b"\x7fELF", _library(said, machine), None, None), layer)
    loader = facts.get("loader")
    if loader is not None:
        known = Loader("gcompat", None, (), tuple(loader["markers"]))
        segments = _segments(loader["size"], machine["code"], machine["dynamic"])
        stub = _elf(machine, loader["size"], segments, (), (_HASH, _STRTAB, _SYMTAB, _DEBUG))
        yield loader["path"], _file(Content(b"\x7fELF", stub, known, None), layer)


def _file(content: Content, layer: int) -> File:
    return File(0o755, 0, 0, content.elf.size if content.elf else 0, layer, lambda: content)


def _library(facts: Mapping[str, Any], machine: Mapping[str, Any]) -> Elf:
    functions, data = (" ".join(facts[each]).split() for each in ("functions", "data"))
    there = [Taken(each) for each in functions if each not in machine["without"]]
    there += [Taken(each, kind=_OBJECT) for each in data]
    segments = _segments(facts["size"], _BEHIND_CODE, _BEHIND_CODE)
    tags = (*(_NEEDED for _ in facts["needed"]), _HASH, _STRTAB, _SYMTAB)
    return _elf(machine, facts["size"], segments, there, tags)._replace(
        soname=facts["soname"], needed=tuple(facts["needed"])
    )


def _segments(size: int, code: int, dynamic: int) -> tuple[Segment, ...]:
    """size: of the file; code: where that ends; dynamic: where the data begin, with that."""
    start, rest = _BEHIND_CODE, size - _BEHIND_CODE
    return (
        Segment(_PT_LOAD, 5, 0, 0, code, code, _PAGE),
        Segment(_PT_LOAD, 6, start, dynamic, rest, rest, _PAGE),
        Segment(_PT_DYNAMIC, 6, start, dynamic, 0x100, 0x100, 8),
    )


def _elf(
    machine: Mapping[str, Any], size: int, segments: tuple[Segment, ...], there: Sequence[Taken], tags: tuple[int, ...]
) -> Elf:
    """A shared object that defines these symbols and asks for none: what it needs itself is there."""
    elf = library(machine["arch"], "", exports=there).load().elf
    assert elf is not None
    return elf._replace(
        segments=segments, phnum=len(segments), size=size, entry=0x100, tags=tags, soname=None, versions_defined=None
    )
