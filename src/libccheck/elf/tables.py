"""The large tables of an ELF file, as columns and runs: dynamic symbols and relocations."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, groupby, islice
from struct import Struct
from typing import Any

from libccheck.elf.columns import Column
from libccheck.elf.dynamic import Dynamic, Image
from libccheck.elf.hashes import by_gnu_hash
from libccheck.elf.names import names
from libccheck.model import NARROW, Relocations, Runs, Symbols

_EM_MIPS, _EM_S390, _EM_SPARCV9, _EM_ALPHA = 8, 22, 43, 0x9026

_DT_HASH, _DT_STRTAB, _DT_SYMTAB, _DT_STRSZ = 4, 5, 6, 10
_DT_GNU_HASH, _DT_VERSYM, _DT_MIPS_SYMTABNO = 0x6FFFFEF5, 0x6FFFFFF0, 0x70000011

_POINTERS = (3, 4, 5, 7, 12, 13, 17, 23, 25, 26, 32, 36, _DT_GNU_HASH, _DT_VERSYM, 0x6FFFFFFC, 0x6FFFFFFE)
"""Tags whose value is the address of something that may follow the symbol table."""

_SECTIONS = {0: 0, 0xFFF1: 2, 0xFFF2: 3}
_SIZED = frozenset((1, 5, 6))  # STT_OBJECT, STT_COMMON, STT_TLS

# Bounds no real file comes near; they keep a file that lies from costing far more than its size.
_MOST_SYMBOLS = 1 << 20
_MOST_RUNS = 1 << 20


def symbol_slices(image: Image, dynamic: Dynamic) -> tuple[Any, Any, Any]:
    """The bytes of the dynamic symbols, of their names and of DT_VERSYM."""
    start, names = dynamic.offset(_DT_SYMTAB), dynamic.offset(_DT_STRTAB)
    if start is None:
        return b"", b"", b""
    size = 24 if image.bits == 64 else 16
    count = min(_symbol_count(image, dynamic, size), max(0, image.size - start) // size, _MOST_SYMBOLS)
    text: Any = b""
    if names is not None:
        length = dynamic.value.get(_DT_STRSZ) or image.end(dynamic.value[_DT_STRTAB]) - names
        text = image.slice(names, names + length)
    at = dynamic.offset(_DT_VERSYM)
    versions = b"" if at is None else image.slice(at, at + 2 * count)
    return image.slice(start, start + size * count), text, versions


def symbols(image: Image, dynamic: Dynamic) -> Symbols:
    """Columns that decode what is asked of them: a program may export a million symbols and be asked for ten."""
    table, text, versions = symbol_slices(image, dynamic)
    if not len(table):
        return Symbols((), b"", b"", b"", b"", (), ())
    order = "<" if image.little_endian else ">"
    wide = image.bits == 64
    row = Struct(order + ("IBBHQQ" if wide else "IIIBBH"))
    name, info, other, section, value, size = range(6) if wide else (0, 3, 4, 5, 1, 2)
    half, place = Struct(order + "H"), _SECTIONS.get
    count, read = len(table) // row.size, row.unpack_from

    def field(number: int) -> tuple[int, ...]:
        return tuple([each[number] for each in row.iter_unpack(table)])

    def size_at(index: int) -> int:
        found = read(table, index * row.size)
        return found[size] if found[info] & 15 in _SIZED else 0

    def all_sizes() -> tuple[int, ...]:
        return tuple([each[size] if each[info] & 15 in _SIZED else 0 for each in row.iter_unpack(table)])

    return Symbols(
        names(text, lambda index: read(table, index * row.size)[name], lambda: field(name), count),
        Column(count, lambda index: read(table, index * row.size)[info], lambda: bytes(field(info))),
        Column(count, lambda index: read(table, index * row.size)[other], lambda: bytes(field(other))),
        Column(
            count,
            lambda index: place(read(table, index * row.size)[section], 1),
            lambda: bytes([place(each, 1) for each in field(section)]),
        ),
        Column(
            count,
            lambda index: int(bool(read(table, index * row.size)[value])),
            lambda: bytes(map(bool, field(value))),
        ),
        Column(count, size_at, all_sizes),
        Column(
            len(versions) // 2,
            lambda index: half.unpack_from(versions, index * 2)[0],
            lambda: tuple(chain.from_iterable(half.iter_unpack(versions[: len(versions) & ~1]))),
        ),
    )


def hashed(image: Image, dynamic: Dynamic) -> Callable[[str], list[int]] | None:
    """From a name to the symbols that DT_GNU_HASH leads to; None where there is none."""
    table, text, _ = symbol_slices(image, dynamic)
    size = 24 if image.bits == 64 else 16
    word = Struct("<I" if image.little_endian else ">I")

    def is_named(index: int, name: bytes) -> bool:
        if (index + 1) * size > len(table):
            return False
        (at,) = word.unpack_from(table, index * size)
        return bytes(text[at : at + len(name) + 1]).ljust(len(name) + 1, b"\0") == name + b"\0"

    return by_gnu_hash(image, dynamic, len(table) // size, is_named)


def relocation_slices(image: Image, dynamic: Dynamic) -> tuple[Any, Any, Any]:
    """The bytes of DT_REL, DT_RELA and DT_JMPREL."""
    value = dynamic.value
    found = []
    for tag, size in ((17, 18), (7, 8), (23, 2)):
        start = dynamic.offset(tag)
        found.append(b"" if start is None else image.slice(start, start + value.get(size, 0)))
    return found[0], found[1], found[2]


def relocations(image: Image, dynamic: Dynamic) -> Relocations:
    rel, rela, plt = relocation_slices(image, dynamic)
    return Relocations(
        _runs(image, rel, False),
        _runs(image, rela, True),
        _runs(image, plt, dynamic.value.get(20) == 7),
    )


def sysv_hash(image: Image, dynamic: Dynamic) -> int:
    """As `Elf.sysv_hash` has it."""
    if not _has_wide_words(image) or _DT_HASH not in dynamic.value:
        return int(_DT_HASH in dynamic.value)
    at = dynamic.offset(_DT_HASH)
    head = None if at is None else image.unpack(Struct("<Q" if image.little_endian else ">Q"), at)
    # The number of buckets is small; lld writes 32 bits here too, so that the number of symbols stands beside it.
    return NARROW if head and head[0] >> 32 else 1


def _has_wide_words(image: Image) -> bool:
    """Whether Elf_Symndx has 64 bits, in glibc and in musl."""
    return image.bits == 64 and image.machine in (_EM_S390, _EM_ALPHA)


def _symbol_count(image: Image, dynamic: Dynamic, size: int) -> int:
    value = dynamic.value
    at = dynamic.offset(_DT_HASH)
    if at is not None:
        wide = _has_wide_words(image) and sysv_hash(image, dynamic) != NARROW
        found = image.unpack(Struct(("<" if image.little_endian else ">") + ("QQ" if wide else "II")), at)
        if found:
            return found[1]
    if image.machine == _EM_MIPS and _DT_MIPS_SYMTABNO in value:
        return value[_DT_MIPS_SYMTABNO]
    at = dynamic.offset(_DT_GNU_HASH)
    count = _hashed(image, at) if at is not None else 0
    if count:
        return count
    # An empty DT_GNU_HASH says nothing of the undefined symbols: the next table begins where they end.
    start = value[_DT_SYMTAB]
    following = [value[tag] for tag in _POINTERS if value.get(tag, 0) > start]
    end = dynamic.offset(_DT_SYMTAB)
    room = image.end(start) - end if end is not None else 0
    return min(min(following, default=start + room) - start, room) // size


def _hashed(image: Image, at: int) -> int:
    """One more than the highest symbol index that DT_GNU_HASH reaches; 0 where it is empty."""
    order = "<" if image.little_endian else ">"
    header = image.unpack(Struct(order + "III"), at)
    if header is None:
        return 0
    buckets, first, bloom = header
    start = at + 16 + bloom * (image.bits // 8)
    data = image.slice(start, start + 4 * buckets)
    words = Struct(order + "I")
    highest = max(chain.from_iterable(words.iter_unpack(data[: len(data) & ~3])), default=0)
    if highest < first:
        return 0
    chains = start + 4 * buckets
    while highest < _MOST_SYMBOLS:
        at = chains + 4 * (highest - first)
        data = image.slice(at, at + 256)
        data = data[: len(data) & ~3]
        if not len(data):
            return 0
        for (word,) in words.iter_unpack(data):
            highest += 1
            if word & 1:
                return highest
    return highest


def _runs(image: Image, table: Any, addends: bool) -> Runs:
    """The entries as (type, symbol, count); equal neighbours are one run."""
    order = "<" if image.little_endian else ">"
    if image.bits == 64:
        layout = Struct(order + ("8xQ8x" if addends else "8xQ"))
    else:
        layout = Struct(order + ("4xI4x" if addends else "4xI"))
    table = table[: len(table) // layout.size * layout.size]
    runs = groupby(chain.from_iterable(layout.iter_unpack(table)))
    return tuple([(*_split(image, info), len(list(same))) for info, same in islice(runs, _MOST_RUNS)])


def _split(image: Image, info: int) -> tuple[int, int]:
    if image.bits == 32:
        return info & 0xFF, info >> 8
    if image.machine == _EM_MIPS and image.little_endian:
        # Elf64_Mips_Rel: a little-endian symbol, then four bytes of types, the first one last.
        return int.from_bytes((info >> 32).to_bytes(4, "little"), "big"), info & 0xFFFFFFFF
    if image.machine == _EM_SPARCV9:
        return info & 0xFF, info >> 32
    return info & 0xFFFFFFFF, info >> 32
