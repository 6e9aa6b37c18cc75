"""A program as another build of the same source would have it: facts changed, for the model to predict."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from libccheck.libc import interpreter_text
from libccheck.machines import machine_number
from libccheck.model import Content, Elf, Relocations, Symbols, Tables, VersionNeed, VersionsNeeded

_PT_DYNAMIC, _PT_INTERP = 2, 3
_DT_NEEDED = 1
_VERSIONING = frozenset((0x6FFFFFF0, 0x6FFFFFFE, 0x6FFFFFFF))
_RELR = frozenset((35, 36, 37))
_RELR_VERSION = "GLIBC_ABI_DT_RELR"
_GLOBAL = 1
_WEAK = 2
_IN_A_SECTION = 1
_HEADER_SIZE = {32: 32, 64: 56}
_CLASS, _DATA = 4, 5


def static(content: Content) -> Content:
    """A static (or static-pie) build: no interpreter, no dynamic section."""
    elf = content.elf
    if elf is None:
        return content
    kept = tuple(each for each in elf.segments if each.type not in (_PT_DYNAMIC, _PT_INTERP))
    changed = elf._replace(
        interpreter=None, segments=kept, phnum=len(kept), tags=(), needed=(), soname=None, rpath=None, runpath=None
    )
    return content._replace(elf=changed._replace(isa_needed=0, abi_tag=None))


def for_machine(content: Content, machine: str) -> Content | None:
    """A build for another machine; None where that has no number in an ELF header that is known."""
    number = machine_number(machine)
    if content.elf is None or number is None:
        return None
    ident = bytearray(content.elf.ident.ljust(16, b"\0"))
    ident[_CLASS] = 2 if number.bits == 64 else 1
    ident[_DATA] = 1 if number.little_endian else 2
    changed = content.elf._replace(
        ident=bytes(ident),
        machine=number.machine,
        bits=number.bits,
        little_endian=number.little_endian,
        flags=number.flags,
        phentsize=_HEADER_SIZE[number.bits],
    )
    return content._replace(elf=changed)


def with_interpreter(content: Content, interpreter: str, *, keep_path: bool) -> Content:
    """What `patchelf --set-interpreter` makes of it, and without `keep_path` `--remove-rpath` too."""
    elf = content.elf
    if elf is None:
        return content
    path = interpreter.encode("utf-8", "surrogateescape") + b"\0"
    segments = tuple(
        each._replace(filesz=len(path), memsz=len(path)) if each.type == _PT_INTERP else each for each in elf.segments
    )
    changed = elf._replace(interpreter=path, segments=segments)
    return content._replace(elf=changed if keep_path else changed._replace(rpath=None, runpath=None))


def without_relr(content: Content) -> Content:
    """A link with `-z nopack-relative-relocs`."""
    elf = content.elf
    if elf is None:
        return content
    changed = _unversioned(elf, lambda _, version: version == _RELR_VERSION)
    return content._replace(elf=changed._replace(tags=tuple(each for each in elf.tags if each not in _RELR)))


def for_baseline(content: Content) -> Content:
    """A build for every processor of the machine."""
    return content if content.elf is None else content._replace(elf=content.elf._replace(isa_needed=0))


def with_runtime_inside(content: Content, libraries: Collection[str]) -> Content:
    """A link that takes these libraries in: what they gave is the program's own."""
    elf = content.elf
    symbols = elf.tables.symbols if elf is not None else None
    if elf is None or symbols is None:
        return content
    inside = {each.index for need in elf.versions_needed if need.file in libraries for each in need.versions}
    its_own = [version & 0x7FFF in inside for version in symbols.versions or (0,) * len(symbols.names)]
    sections = bytes(_IN_A_SECTION if own else each for each, own in zip(symbols.sections, its_own, strict=True))
    valued = bytes(1 if own else each for each, own in zip(symbols.valued, its_own, strict=True))
    elf = _without_relocations(elf, {at for at, own in enumerate(its_own) if own})
    changed = _with_symbols(elf, symbols._replace(sections=sections, valued=valued))
    changed = _unversioned(changed, lambda file, _: file in libraries)._replace(gnu_hash=None, sysv_hash=True)
    return content._replace(elf=with_needed(changed, [each for each in elf.needed if each not in libraries]))


def for_older_libraries(
    content: Content, is_newer: Callable[[str], bool], names: Callable[[str], str | None]
) -> Content | None:
    """A link against older libraries, which bind each symbol to an older version of it.

    is_newer: of a version. names: what a symbol is called there; None where it is not, then there is no such link.
    """
    elf = content.elf
    symbols = elf.tables.symbols if elf is not None else None
    if elf is None or symbols is None or not symbols.versions:
        return None
    newer = {each.index for need in elf.versions_needed for each in need.versions if is_newer(each.name)}
    called = list(symbols.names)
    for at, version in enumerate(symbols.versions):
        if version & 0x7FFF in newer:
            name = names(called[at])
            if name is None:
                return None
            called[at] = name
    changed = _with_symbols(elf, symbols._replace(names=tuple(called)))
    return content._replace(elf=_unversioned(changed, lambda _, version: is_newer(version)))


def for_other_libc(
    content: Content, interpreter: str, needed: Iterable[str], names: Callable[[str], str | None]
) -> Content | None:
    """A link against a C library without versions.

    names: what a function is called there; None where it is not, then there is no such link.
    """
    elf = with_interpreter(without_relr(content), interpreter, keep_path=False).elf
    symbols = elf.tables.symbols if elf is not None else None
    if elf is None or symbols is None:
        return None
    called = list(symbols.names)
    for at, (section, info) in enumerate(zip(symbols.sections, symbols.infos, strict=True)):
        if called[at] and not section:
            name = names(called[at])
            if name is None and info >> 4 != _WEAK:
                return None
            called[at] = name or called[at]
    changed = _with_symbols(elf, symbols._replace(names=tuple(called), versions=()))
    changed = changed._replace(
        tags=tuple(each for each in elf.tags if each not in _VERSIONING),
        versions_needed=(),
        abi_tag=None,
    )
    return content._replace(elf=with_needed(changed, needed))


def taking(content: Content, needs: Iterable[tuple[str, tuple[str, ...]]], interpreter: str | None) -> Content:
    """Another file in its place, which takes these libraries with these versions of them, and whatever symbols of them
    it may; `interpreter`: None for a library."""
    if interpreter is not None:
        content = with_interpreter(content, interpreter, keep_path=False)
    if content.elf is None:
        return content
    elf = content.elf
    numbered = iter(range(_GLOBAL + 1, 1 << 15))
    wanted = [(name, tuple(VersionNeed(each, next(numbered), False) for each in versions)) for name, versions in needs]
    symbols = Symbols(("",), (0,), (0,), (0,), (0,), (0,), (0,))
    made = elf._replace(
        tags=tuple(each for each in elf.tags if each not in _VERSIONING | _RELR) + tuple(_VERSIONING),
        versions_needed=tuple(VersionsNeeded(name, versions) for name, versions in wanted if versions),
        versions_defined=None,
        rpath=None,
        runpath=None,
        isa_needed=0,
        abi_tag=None,
        gnu_hash=None,
        sysv_hash=1,
        tables=Tables(lambda: symbols, lambda: Relocations((), (), ())),
    )
    return content._replace(elf=with_needed(made, [name for name, _ in wanted]))


def with_needed(elf: Elf, needed: Iterable[str]) -> Elf:
    """With these DT_NEEDED, the tags of the dynamic section too."""
    names = tuple(dict.fromkeys(needed))
    tags = tuple(each for each in elf.tags if each != _DT_NEEDED)
    return elf._replace(needed=names, tags=(_DT_NEEDED,) * len(names) + tags)


def interpreter_of(content: Content) -> str | None:
    return interpreter_text(content.elf) if content.elf is not None else None


def _unversioned(elf: Elf, goes: Callable[[str, str], bool]) -> Elf:
    """Without the version needs that go; what was bound to them takes what there is."""
    gone: set[int] = set()
    needs: list[VersionsNeeded] = []
    for need in elf.versions_needed:
        kept = tuple(each for each in need.versions if not goes(need.file, each.name))
        gone |= {each.index for each in need.versions} - {each.index for each in kept}
        if kept:
            needs.append(need._replace(versions=kept))
    symbols = elf.tables.symbols
    if gone and symbols is not None:
        versions = tuple(_GLOBAL if each & 0x7FFF in gone else each for each in symbols.versions)
        if not needs and not elf.versions_defined:
            versions = ()
            elf = elf._replace(tags=tuple(each for each in elf.tags if each not in _VERSIONING))
        elf = _with_symbols(elf, symbols._replace(versions=versions))
    return elf._replace(versions_needed=tuple(needs))


def _with_symbols(elf: Elf, symbols: Symbols) -> Elf:
    tables = elf.tables
    return elf._replace(tables=Tables(lambda: symbols, lambda: tables.relocations))


def _without_relocations(elf: Elf, symbols: Collection[int]) -> Elf:
    tables = elf.tables
    found = tables.relocations
    if found is None:
        return elf
    kept = Relocations(*(tuple(run for run in table if run[1] not in symbols) for table in found))
    return elf._replace(tables=Tables(lambda: tables.symbols, lambda: kept))
