"""Packages whose files nobody here has read: what `stated.json` says of them, as facts of ELF files.

The names, links and dependencies are those of apk's own record of an installed Alpine 3.24; the symbols those that
gcompat 1.1.0, libucontext 1.3.2 and musl-obstack 1.2 define where they are built from their sources as Alpine's
APKBUILD has them built. The size of the loader is that of Alpine's for x86_64, the others are those of such a build.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

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
    Relocations,
    Segment,
    Symbols,
    Tables,
)
from libccheck.tree import Tree

FACTS = json.loads(Path(__file__).with_name("stated.json").read_text(encoding="utf-8"))
_IDENT = b"\x7fELF\x02\x01\x01" + bytes(9)
_ET_DYN, _X86_64 = 3, 62
_PT_LOAD, _PT_DYNAMIC = 1, 2
_HASH, _STRTAB, _SYMTAB, _NEEDED, _DEBUG = 4, 5, 6, 1, 21
_GLOBAL_OBJECT, _GLOBAL_FUNCTION = 0x11, 0x12
_PAGE = 0x1000
_LOWEST = 0x3000
"""The dynamic section of the stub lies behind its code and its constants, where exactly is not known. The nearer to the
beginning, the fewer thread-local data of a program does the stub bear: this is less than it can be."""


def with_stated(name: str, image: Image | None) -> Image:
    """The packages of that release of Alpine, the stated ones behind those that were read; `image` has the latter."""
    if image is None:
        nothing_read = Provenance("", "", "", FACTS["date"], "")
        image = Image(name, "catalog", None, "linux/amd64", 0, (), Config(), Tree({}), provenance=nothing_read)
    read = [each for each in image.layers if each.created_by.split(" ")[0] not in FACTS["packages"]]
    nodes = {path: node for path in image.tree if _stays(node := image.tree.nodes[path], path, len(read))}
    layers = list(read)
    for package, facts in FACTS["packages"].items():
        nodes.update(_nodes(facts, len(layers)))
        layers.append(Layer("", facts["size"], " ".join((package, facts["version"], *facts["requires"]))))
    for path in ("/", "/lib", "/lib64", "/usr", "/usr/lib"):
        nodes.setdefault(path, Directory(0o755, 0, 0))
    source = image.provenance._replace(note=FACTS["origin"]) if image.provenance else None
    return image._replace(layers=tuple(layers), tree=Tree(nodes), provenance=source)


def _stays(node: Node, path: str, count: int) -> bool:
    if isinstance(node, File):
        return node.layer is None or node.layer < count
    return not any(path in each["links"] for each in FACTS["packages"].values())


def _nodes(facts: Mapping[str, Any], layer: int) -> Iterator[tuple[str, Node]]:
    for path, target in facts["links"].items():
        yield path, Link(target)
    for path, library in facts["libraries"].items():
        yield path, _file(Content(b"\x7fELF", _library(library), None, None), layer)
    loader = facts.get("loader")
    if loader is not None:
        known = Loader("gcompat", None, (), tuple(loader["markers"]))
        elf = _elf(loader["size"], (_DEBUG,), "", (), _symbols([], []))
        yield loader["path"], _file(Content(b"\x7fELF", elf, known, None), layer)


def _file(content: Content, layer: int) -> File:
    return File(0o755, 0, 0, content.elf.size if content.elf else 0, layer, lambda: content)


def _library(facts: Mapping[str, Any]) -> Elf:
    functions, data = (" ".join(facts[each]).split() for each in ("functions", "data"))
    needed = tuple(facts["needed"])
    return _elf(facts["size"], (), facts["soname"], needed, _symbols(functions, data))


def _symbols(functions: list[str], data: list[str]) -> Symbols:
    names = ("", *functions, *data)
    infos = bytes([0, *(_GLOBAL_FUNCTION for _ in functions), *(_GLOBAL_OBJECT for _ in data)])
    there = bytes([0, *(1 for _ in names[1:])])
    return Symbols(names, infos, bytes(len(names)), there, there, (0,) * len(names), ())


def _elf(size: int, tags: tuple[int, ...], soname: str, needed: tuple[str, ...], symbols: Symbols) -> Elf:
    """A shared object for x86-64 that defines these symbols and asks for none: what it needs itself is there."""
    dynamic = Segment(_PT_DYNAMIC, 6, _LOWEST, _LOWEST, 0x100, 0x100, 8)
    code = Segment(_PT_LOAD, 5, 0, 0, _LOWEST, _LOWEST, _PAGE)
    data = Segment(_PT_LOAD, 6, _LOWEST, _LOWEST, size - _LOWEST, size - _LOWEST, _PAGE)
    segments = (code, data, dynamic)
    return Elf(
        _IDENT, 64, True, _ET_DYN, _X86_64, 0, 0x100, 56, len(segments), segments, size,
        interpreter=None,
        tags=(*(_NEEDED for _ in needed), _HASH, _STRTAB, _SYMTAB, *tags),
        soname=soname or None,
        needed=needed,
        rpath=None,
        runpath=None,
        audit=(),
        auxiliary=(),
        filters=(),
        dynamic_flags=0,
        dynamic_flags_1=0,
        plt_is_rela=True,
        versions_needed=(),
        versions_defined=None,
        gnu_hash=None,
        sysv_hash=1,
        isa_needed=0,
        abi_tag=None,
        tables=Tables(lambda: symbols, lambda: Relocations((), (), ())),
    )  # fmt: skip
