"""Programs, libraries and loaders as values, for the models of the small loaders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from libccheck.launch.handover import Handover
from libccheck.model import (
    Content,
    Directory,
    Elf,
    File,
    Host,
    Link,
    Loader,
    Node,
    Process,
    Relocations,
    Runs,
    Segment,
    Symbols,
    Tables,
    User,
    VersionNeed,
    VersionsNeeded,
)
from libccheck.tree import Tree

LOAD, DYNAMIC, INTERP, PHDR, TLS, RELRO = 1, 2, 3, 6, 7, 0x6474E552
NOTYPE, OBJECT, FUNC, SECTION, TLS_SYMBOL, IFUNC = 0, 1, 2, 3, 6, 10
LOCAL, GLOBAL, WEAK = 0, 1, 2
HIDDEN = 0x8000

HOST = Host("x86_64")
NOBODY = User(65534, 65534)

SEGMENTS = (
    Segment(PHDR, 4, 0x40, 0x40, 0x1C0, 0x1C0, 8),
    Segment(LOAD, 5, 0, 0, 0x800, 0x800, 0x1000),
    Segment(LOAD, 6, 0xE00, 0x1E00, 0x300, 0x400, 0x1000),
    Segment(DYNAMIC, 6, 0xE10, 0x1E10, 0x100, 0x100, 8),
)
SIZE = 0x1200


class Symbol:
    """One entry of a symbol table; undefined unless `section` says otherwise."""

    def __init__(
        self,
        name: str,
        section: int = 0,
        kind: int = FUNC,
        bind: int = GLOBAL,
        *,
        value: bool | None = None,
        size: int = 0,
        version: int = 1,
    ) -> None:
        self.name = name
        self.section = section
        self.info = bind << 4 | kind
        self.valued = bool(section) if value is None else value
        self.size = size
        self.version = version


def defined(name: str, kind: int = FUNC, bind: int = GLOBAL, *, version: int = 1, size: int = 0) -> Symbol:
    return Symbol(name, 1, kind, bind, version=version, size=size)


def elf(
    *,
    needed: Sequence[str] = (),
    symbols: Sequence[Symbol] = (),
    plt: Runs = (),
    rel: Runs = (),
    rela: Runs = (),
    interpreter: str | None = None,
    soname: str | None = None,
    rpath: str | None = None,
    runpath: str | None = None,
    kind: int = 3,
    machine: int = 62,
    bits: int = 64,
    segments: tuple[Segment, ...] = SEGMENTS,
    phentsize: int | None = None,
    phnum: int | None = None,
    size: int = SIZE,
    tags: tuple[int, ...] = (),
    gnu_hash: int | None = None,
    versions_needed: Mapping[str, Sequence[tuple[str, int]]] | None = None,
) -> Elf:
    """`tags` are further ones; relocations refer to `symbols` from 1 on."""
    table = _table(symbols)
    given = [(plt, (23, 2, 20)), (rel, (17, 18)), (rela, (7, 8))]
    known = [5, 6, *([1] if needed else []), *tags, *(tag for runs, each in given if runs for tag in each)]
    needs = tuple(
        VersionsNeeded(file, tuple(VersionNeed(name, index, False) for name, index in names))
        for file, names in (versions_needed or {}).items()
    )
    ident = b"\x7fELF" + bytes((bits // 32, 1, 1)) + bytes(9)
    if phentsize is None:
        phentsize = 56 if bits == 64 else 32
    if phnum is None:
        phnum = len(segments)
    return Elf(
        ident, bits, True, kind, machine, 0, 0x100, phentsize, phnum, segments, size,
        interpreter=None if interpreter is None else interpreter.encode() + b"\0",
        tags=tuple(known),
        soname=soname,
        needed=tuple(needed),
        rpath=rpath,
        runpath=runpath,
        audit=(),
        auxiliary=(),
        filters=(),
        dynamic_flags=0,
        dynamic_flags_1=0,
        plt_is_rela=True,
        versions_needed=needs,
        versions_defined=None,
        gnu_hash=gnu_hash,
        sysv_hash=gnu_hash is None,
        isa_needed=0,
        abi_tag=None,
        tables=Tables(lambda: table, lambda: Relocations(rel, rela, plt)),
    )  # fmt: skip


def without_tables(value: Elf) -> Elf:
    return value._replace(tables=Tables(lambda: None, lambda: None))


def file(value: Elf | bytes, mode: int = 0o755, uid: int = 0, gid: int = 0, *, loader: Loader | None = None) -> File:
    """Bytes are a file that is no ELF; of a short one they are its text, too."""
    if isinstance(value, bytes):
        return File(mode, uid, gid, len(value), None, lambda: Content(value[:256], None, None, value))
    return File(mode, uid, gid, value.size, None, lambda: Content(value.ident[:4], value, loader, None))


def tree(nodes: Mapping[str, Any]) -> Tree:
    """An Elf stands for a file of mode 0755, bytes for one of mode 0644, a string for a link; parents are made."""
    made: dict[str, Node] = {}
    for path, node in nodes.items():
        if isinstance(node, Elf):
            made[path] = file(node)
        elif isinstance(node, bytes):
            made[path] = file(node, 0o644)
        else:
            made[path] = Link(node) if isinstance(node, str) else node
    return Tree({"/": Directory(0o755, 0, 0)}).overlay(made)


def handover(
    program: Elf,
    loader: Loader,
    loader_elf: Elf,
    *,
    interpreter: str,
    path: str = "/prog",
    execfn: str | None = None,
    argv: Sequence[str] | None = None,
    env: Mapping[str, str] | None = None,
    cwd: str = "/",
    user: User = NOBODY,
) -> Handover:
    execfn = path if execfn is None else execfn
    process = Process(tuple(argv or (execfn,)), tuple((env or {}).items()), cwd, user)
    return Handover(path, program, interpreter, interpreter, file(loader_elf), loader_elf, loader, process, execfn, ())


def _table(symbols: Sequence[Symbol]) -> Symbols:
    rows = [Symbol("", 0, 0, 0, version=0), *symbols]
    return Symbols(
        tuple(each.name for each in rows),
        bytes(each.info for each in rows),
        bytes(len(rows)),
        bytes(each.section for each in rows),
        bytes(each.valued for each in rows),
        tuple(each.size for each in rows),
        tuple(each.version for each in rows),
    )
