"""ELF facts to bytes and back: head facts as text, the tables as columns, names as numbers of a pool.

A record is two 32-bit lengths, then the head facts, the symbols and the relocations. Columns of wide numbers are cut
into columns of bytes, lowest first: equal neighbours and equal stretches of two versions of a library stand out so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from struct import error, pack, unpack, unpack_from
from typing import Any

from libccheck.images.store import Store
from libccheck.model import (
    Content,
    Elf,
    Loader,
    Relocations,
    Runs,
    Segment,
    Symbols,
    Tables,
    VersionDefined,
    VersionNeed,
    VersionsNeeded,
)

_MAGIC = b"\x7fELF"
_LEFT_OUT = 0xFFFFFFFF
_MALFORMED = (ValueError, TypeError, IndexError, StopIteration, OverflowError, error)


def pack_elf(elf: Elf, loader: Loader | None, number_of: Callable[[str], int]) -> bytes:
    """One ELF file's facts; `number_of` gives a name's number in the pool."""
    head = _pack_head(elf, loader)
    symbols, relocations = elf.tables.symbols, elf.tables.relocations
    table = b"" if symbols is None else _pack_symbols(symbols, number_of)
    length = _LEFT_OUT if symbols is None else len(table)
    return (
        pack("<II", len(head), length) + head + table + (b"" if relocations is None else _pack_relocations(relocations))
    )


def unpack_elf(data: bytes, store: Store) -> Content:
    """The same back, the tables read when first asked for."""
    try:
        length, symbols = unpack_from("<II", data)
        start = 8 + length
        table = None if symbols == _LEFT_OUT else data[start : start + symbols]
        runs = data[start + (0 if table is None else symbols) :]
        elf, loader = _unpack_head(data[8:start].decode("utf-8", "surrogateescape"), store, table, runs)
    except _MALFORMED as reason:
        store.damaged(reason)
    return Content(_MAGIC, elf, loader, None)


# ---------------------------------------------------------------------------------------------------------------------
# Head facts: numbers with spaces between them, then strings, NUL before each


def _pack_head(elf: Elf, loader: Loader | None) -> bytes:
    numbers: list[int] = [
        *elf.ident, elf.bits, elf.little_endian, elf.kind, elf.machine, elf.flags, elf.phentsize, elf.phnum,
        elf.dynamic_flags, elf.dynamic_flags_1, elf.plt_is_rela, -1 if elf.gnu_hash is None else elf.gnu_hash,
        elf.sysv_hash, elf.isa_needed, *_counted(elf.abi_tag or ()), *_counted(elf.tags), elf.size, elf.entry,
        len(elf.segments),
    ]  # fmt: skip
    for part in elf.segments:
        numbers += (part.type, part.flags, part.align, part.memsz - part.filesz, part.vaddr - part.offset)
        numbers += (part.offset, part.filesz)
    strings: list[str] = [
        "" if elf.interpreter is None else "=" + elf.interpreter.hex(),
        *("" if each is None else "=" + each for each in (elf.soname, elf.rpath, elf.runpath)),
    ]
    for several in (elf.needed, elf.audit, elf.auxiliary, elf.filters):
        numbers.append(len(several))
        strings += several
    numbers.append(len(elf.versions_needed))
    for file, needed in elf.versions_needed:
        strings.append(file)
        numbers.append(len(needed))
        for name, index, weak, _ in needed:
            strings.append(name)
            numbers += (index, weak)
    numbers.append(-1 if elf.versions_defined is None else len(elf.versions_defined))
    for name, index, base, weak, _ in elf.versions_defined or ():
        strings.append(name)
        numbers += (index, base, weak)
    if loader is None:
        numbers.append(-1)
    else:
        numbers += (len(loader.directories), len(loader.markers))
        strings += (loader.family, "" if loader.version is None else "=" + loader.version)
        strings += (*loader.directories, *loader.markers)
    numbers += () if elf.constructors is None else (elf.constructors,)
    return "\0".join((" ".join(map(str, map(int, numbers))), *strings)).encode("utf-8", "surrogateescape")


def _unpack_head(text: str, store: Store, table: bytes | None, runs: bytes) -> tuple[Elf, Loader | None]:
    first, *rest = text.split("\0")
    numbers = iter(list(map(int, first.split(" "))))
    strings = iter(rest)
    number, string = numbers.__next__, strings.__next__

    def some(count: int) -> tuple[str, ...]:
        return tuple([string() for _ in range(count)])

    ident = bytes([number() for _ in range(16)])
    bits, little_endian, kind, machine, flags, phentsize, phnum = [number() for _ in range(7)]
    dynamic_flags, dynamic_flags_1, plt_is_rela, gnu_hash, sysv_hash, isa_needed = [number() for _ in range(6)]
    abi_tag: Any = tuple([number() for _ in range(number())]) or None
    tags = tuple([number() for _ in range(number())])
    size, entry, count = number(), number(), number()
    segments = tuple([_segment(*[number() for _ in range(7)]) for _ in range(count)])
    interpreter, soname, rpath, runpath = some(4)
    elf = Elf(
        ident, bits, bool(little_endian), kind, machine, flags, entry, phentsize, phnum, segments, size,
        interpreter=bytes.fromhex(interpreter[1:]) if interpreter else None,
        tags=tags,
        soname=_optional(soname),
        needed=some(number()),
        rpath=_optional(rpath),
        runpath=_optional(runpath),
        audit=some(number()),
        auxiliary=some(number()),
        filters=some(number()),
        dynamic_flags=dynamic_flags,
        dynamic_flags_1=dynamic_flags_1,
        plt_is_rela=bool(plt_is_rela),
        versions_needed=tuple([_needed(string, number) for _ in range(number())]),
        versions_defined=_defined(string, number),
        gnu_hash=None if gnu_hash < 0 else gnu_hash,
        sysv_hash=sysv_hash,
        isa_needed=isa_needed,
        abi_tag=abi_tag,
        tables=Tables(lambda: _unpack_symbols(table, store), lambda: _unpack_relocations(runs, size, store)),
    )  # fmt: skip
    # Records of before the count of constructors was kept end here, where the file is no loader.
    directories = next(numbers, -1)
    loader = None
    if directories >= 0:
        markers = number()
        loader = Loader(string(), _optional(string()), some(directories), some(markers))
    return elf._replace(constructors=next(numbers, None)), loader


def _counted(values: Sequence[int]) -> Iterator[int]:
    yield len(values)
    yield from values


def _segment(kind: int, flags: int, align: int, more: int, distance: int, offset: int, filesz: int) -> Segment:
    return Segment(kind, flags, offset, offset + distance, filesz, filesz + more, align)


def _optional(text: str) -> str | None:
    return text[1:] if text else None


def _needed(string: Callable[[], str], number: Callable[[], int]) -> VersionsNeeded:
    file = string()
    return VersionsNeeded(file, tuple([VersionNeed(string(), number(), bool(number())) for _ in range(number())]))


def _defined(string: Callable[[], str], number: Callable[[], int]) -> tuple[VersionDefined, ...] | None:
    count = number()
    if count < 0:
        return None
    return tuple([VersionDefined(string(), number(), bool(number()), bool(number())) for _ in range(count)])


# ---------------------------------------------------------------------------------------------------------------------
# Tables


def _pack_symbols(symbols: Symbols, number_of: Callable[[str], int]) -> bytes:
    sizes = [(position, value) for position, value in enumerate(symbols.sizes) if value]
    text = " ".join(f"{position} {value}" for position, value in sizes).encode()
    count, versions = len(symbols.names), len(symbols.versions)
    return b"".join(
        (
            pack("<III", count, versions, len(text)),
            _columns([number_of(name) for name in symbols.names], 3),
            *map(bytes, (symbols.infos, symbols.others, symbols.sections, symbols.valued)),
            _columns(symbols.versions, 2),
            text,
        )
    )


def _unpack_symbols(data: bytes | None, store: Store) -> Symbols | None:
    if data is None:
        return None
    try:
        count, versions, length = unpack_from("<III", data)
        if 12 + 7 * count + 2 * versions + length != len(data):
            store.damaged()
        at = 12 + 3 * count
        infos, others, sections, valued = [data[at + each * count : at + (each + 1) * count] for each in range(4)]
        end = at + 4 * count + 2 * versions
        sizes = [0] * count
        values = list(map(int, data[end:].split()))
        for position, value in zip(values[::2], values[1::2], strict=True):
            sizes[position] = value
        names = store.names(_numbers(data[12:at], 3))
        return Symbols(names, infos, others, sections, valued, tuple(sizes), _numbers(data[at + 4 * count : end], 2))
    except _MALFORMED as reason:
        store.damaged(reason)


def _pack_relocations(relocations: Relocations) -> bytes:
    """For each table its length, then types, differences of symbol indexes, and run lengths."""
    packed = b""
    for runs in relocations:
        kinds, symbols, counts = zip(*runs, strict=True) if runs else ((), (), ())
        steps = [(new - old) & 0xFFFFFFFF for old, new in zip((0, *symbols), symbols, strict=False)]
        packed += pack("<I", len(runs)) + _columns(kinds, 4) + _columns(steps, 4) + _columns(counts, 4)
    return packed


def _unpack_relocations(data: bytes, size: int, store: Store) -> Relocations | None:
    if not data:
        return None
    at = 0
    tables: list[Runs] = []
    try:
        for _ in range(3):
            (count,) = unpack_from("<I", data, at)
            middle = at + 4
            columns = [
                _numbers(data[middle + each * 4 * count : middle + (each + 1) * 4 * count], 4) for each in range(3)
            ]
            symbols = [step & 0xFFFFFFFF for step in accumulate(columns[1])]
            if len(columns[2]) != count or sum(columns[2]) > size:
                store.damaged()
            tables.append(tuple(zip(columns[0], symbols, columns[2], strict=True)))
            at = middle + 12 * count
        if at != len(data):
            store.damaged()
        return Relocations(*tables)
    except _MALFORMED as reason:
        store.damaged(reason)


def _columns(values: Iterable[int], width: int) -> bytes:
    wide = pack(f"<{len(values := tuple(values))}I", *values)
    return b"".join(wide[each::4] for each in range(width))


def _numbers(columns: bytes, width: int) -> tuple[int, ...]:
    count = len(columns) // width
    wide = bytearray(4 * count)
    for each in range(width):
        wide[each::4] = columns[each * count : (each + 1) * count]
    return unpack(f"<{count}I", wide)
