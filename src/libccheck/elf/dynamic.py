"""The dynamic section of an ELF file, and the small tables that it and the notes name."""

from __future__ import annotations

import functools
from struct import Struct
from typing import Any

from libccheck.model import Segment, VersionDefined, VersionNeed, VersionsNeeded

# Bounds no real file comes near; they keep a file that lies from costing more than its size.
_MOST_ENTRIES = 1 << 16
_MOST_STRING_BYTES = 1 << 22
_MOST_NOTE_BYTES = 1 << 18

_PT_LOAD, _PT_DYNAMIC, _PT_NOTE, _PT_GNU_PROPERTY = 1, 2, 4, 0x6474E553
_PAGE = 4096
_NT_GNU_ABI_TAG, _NT_GNU_PROPERTY_TYPE_0 = 1, 5
_GNU_PROPERTY_X86_ISA_1_NEEDED = 0xC0008002
_X86 = (3, 62)

_STRUCTS = {
    (name, little): Struct(("<" if little else ">") + layout)
    for name, layout in {
        "dyn64": "QQ",
        "dyn32": "II",
        "verneed": "HHIII",
        "vernaux": "IHHII",
        "verdef": "2xHHHIII",
        "note": "III",
        "word": "I",
        "two": "II",
        "abi": "IIII",
    }.items()
    for little in (True, False)
}


class Image:
    """An ELF file and where a loader would find things in it."""

    __slots__ = ("_loads", "bits", "little_endian", "machine", "segments", "size", "view")

    def __init__(
        self, view: Any, size: int, bits: int, little_endian: bool, machine: int, segments: tuple[Segment, ...]
    ) -> None:
        self.view = view
        self.size = size
        self.bits = bits
        self.little_endian = little_endian
        self.machine = machine
        self.segments = segments
        loads = [each for each in segments if each.type == _PT_LOAD]
        self._loads = [(each.vaddr, each.vaddr + each.filesz, each.offset) for each in loads]
        self._loads += [_whole_pages(each) for each in reversed(loads)]

    def offset(self, address: int) -> int | None:
        """The file offset that is mapped at this address; None where none is."""
        for start, end, offset in self._loads:
            if start <= address < end:
                return address - start + offset
        return None

    def end(self, address: int) -> int:
        """The file offset at which the mapping of this address ends."""
        for start, end, offset in self._loads:
            if start <= address < end:
                return min(self.size, end - start + offset)
        return 0

    def slice(self, start: int, end: int) -> Any:
        return self.view[min(start, self.size) : min(max(start, end), self.size)]

    def struct(self, name: str) -> Struct:
        return _STRUCTS[name, self.little_endian]

    def unpack(self, layout: Struct, offset: int) -> tuple[int, ...] | None:
        """The record at this offset; None where it does not lie whole in the file."""
        if offset + layout.size > self.size:
            return None
        return layout.unpack(self.view[offset : offset + layout.size])


class Dynamic:
    """The dynamic section: `tags` in order, `value` of each tag (the last one counts, as in the loaders)."""

    __slots__ = ("_budget", "_strings", "entries", "image", "tags", "value")

    def __init__(self, image: Image) -> None:
        self.image = image
        self.entries = _entries(image)
        self.tags = tuple([tag for tag, _ in self.entries])
        self.value = dict(self.entries)
        self._budget = _MOST_STRING_BYTES
        self._strings = self.offset(5)

    def offset(self, tag: int) -> int | None:
        """The file offset of the table that this tag points to."""
        address = self.value.get(tag)
        return None if address is None else self.image.offset(address)

    def text(self, at: int) -> str:
        """The string at this offset of the string table."""
        if self._strings is None:
            return ""
        start, length = self._strings + at, 128
        while True:
            piece = bytes(self.image.slice(start, start + min(length, self._budget)))
            end = piece.find(0)
            if end >= 0 or len(piece) < length:
                break
            length *= 4
        found = piece if end < 0 else piece[:end]
        self._budget -= len(found)
        return found.decode("utf-8", "surrogateescape")

    def string(self, tag: int) -> str | None:
        at = self.value.get(tag)
        return None if at is None else self.text(at)

    def strings(self, *tags: int) -> tuple[str, ...]:
        if not any(tag in self.value for tag in tags):
            return ()
        return tuple([self.text(at) for tag, at in self.entries if tag in tags])

    def gnu_hash(self) -> int | None:
        """The index of the first symbol that DT_GNU_HASH hashes."""
        if 0x6FFFFEF5 not in self.value:
            return None
        at = self.offset(0x6FFFFEF5)
        found = None if at is None else self.image.unpack(self.image.struct("word"), at + 4)
        return found[0] if found else 0


def versions_needed(image: Image, dynamic: Dynamic) -> tuple[VersionsNeeded, ...]:
    """DT_VERNEED; walked by its links alone, as the loaders do, not by DT_VERNEEDNUM."""
    at = dynamic.offset(0x6FFFFFFE)
    needed, needs, budget = [], image.struct("verneed"), _MOST_ENTRIES
    while at is not None and budget > 0:
        need = image.unpack(needs, at)
        if need is None:
            break
        _, count, file, first, following = need
        versions = _version_needs(image, dynamic, at + first, min(count, budget))
        needed.append(VersionsNeeded(dynamic.text(file), versions))
        budget -= 1 + len(versions)
        at = at + following if following else None
    return tuple(needed)


def versions_defined(image: Image, dynamic: Dynamic) -> tuple[VersionDefined, ...] | None:
    """DT_VERDEF; None where there is none."""
    if 0x6FFFFFFC not in dynamic.value:
        return None
    at = dynamic.offset(0x6FFFFFFC)
    defined, definitions, names, budget = [], image.struct("verdef"), image.struct("word"), _MOST_ENTRIES
    while at is not None and budget > 0:
        definition = image.unpack(definitions, at)
        if definition is None:
            break
        flags, index, _, value, first, following = definition
        place = image.unpack(names, at + first)
        name = dynamic.text(place[0]) if place else ""
        defined.append(VersionDefined(name, index, bool(flags & 1), bool(flags & 2), _odd(name, value)))
        budget -= 1
        at = at + following if following else None
    return tuple(defined)


def notes(image: Image) -> tuple[int, tuple[int, int, int, int] | None]:
    """What the notes ask of the machine (GNU_PROPERTY_X86_ISA_1_NEEDED) and of the kernel (NT_GNU_ABI_TAG)."""
    isa_needed, abi_tag, budget = 0, None, _MOST_NOTE_BYTES
    for segment in image.segments:
        if segment.type not in (_PT_NOTE, _PT_GNU_PROPERTY) or budget <= 0:
            continue
        data = bytes(image.slice(segment.offset, segment.offset + min(segment.filesz, budget)))
        budget -= len(data)
        for kind, descriptor in _notes(image, data, 8 if segment.align == 8 else 4):
            if kind == _NT_GNU_PROPERTY_TYPE_0 and image.machine in _X86:
                isa_needed = isa_needed or _isa_needed(image, descriptor)
            elif kind == _NT_GNU_ABI_TAG and len(descriptor) >= 16 and abi_tag is None:
                system, major, minor, patch = image.struct("abi").unpack_from(descriptor)
                abi_tag = (system, major, minor, patch)
    return isa_needed, abi_tag


def _whole_pages(segment: Segment) -> tuple[int, int, int]:
    """Where a segment ends up in memory: in whole pages, so the file's bytes around it are there as well.

    Behind one that is larger in memory than in the file they are cleared. patchelf leaves tables in such places.
    """
    start = segment.vaddr & -_PAGE
    end = segment.vaddr + segment.filesz
    if segment.memsz <= segment.filesz:
        end = -(-end // _PAGE) * _PAGE
    return start, end, segment.offset - (segment.vaddr - start)


def _entries(image: Image) -> list[tuple[int, int]]:
    """The entries before DT_NULL of the first PT_DYNAMIC, read where a loader finds it: at its address, of any size."""
    segment = next((each for each in image.segments if each.type == _PT_DYNAMIC), None)
    layout = image.struct("dyn64" if image.bits == 64 else "dyn32")
    entries: list[tuple[int, int]] = []
    address = segment.vaddr if segment else 0
    while segment and len(entries) < _MOST_ENTRIES:
        at = image.offset(address)
        room = 0 if at is None else min(64, (image.end(address) - at) // layout.size)
        if at is None or room <= 0:
            break
        for entry in layout.iter_unpack(image.slice(at, at + room * layout.size)):
            if not entry[0]:
                return entries
            entries.append(entry)
        address += room * layout.size  # which may be in another segment, as patchelf leaves it
    return entries


def _version_needs(image: Image, dynamic: Dynamic, at: int, count: int) -> tuple[VersionNeed, ...]:
    versions, layout = [], image.struct("vernaux")
    for _ in range(count):
        version = image.unpack(layout, at)
        if version is None:
            break
        value, flags, index, place, following = version
        name = dynamic.text(place)
        versions.append(VersionNeed(name, index, bool(flags & 2), _odd(name, value)))
        if not following:
            break
        at += following
    return tuple(versions)


def _odd(name: str, value: int) -> int | None:
    return None if value == _version_hash(name) else value


@functools.lru_cache(4096)
def _version_hash(name: str) -> int:
    """elf_hash() of the System V ABI."""
    value = 0
    for byte in name.encode("utf-8", "surrogateescape"):
        value = (value << 4) + byte
        value = (value ^ (value & 0xF0000000) >> 24) & 0x0FFFFFFF
    return value


def _notes(image: Image, data: bytes, align: int) -> list[tuple[int, bytes]]:
    """The notes of owner "GNU" as (type, descriptor)."""
    found, at, layout = [], 0, image.struct("note")
    while at + 12 <= len(data):
        name_size, size, kind = layout.unpack_from(data, at)
        start = at + 12 + name_size
        start += -start % align
        if name_size == 4 and data[at + 12 : at + 16] == b"GNU\0":
            found.append((kind, data[start : start + size]))
        at = start + size
        at += -at % align
    return found


def _isa_needed(image: Image, descriptor: bytes) -> int:
    at, layout = 0, image.struct("two")
    while at + 8 <= len(descriptor):
        kind, size = layout.unpack_from(descriptor, at)
        if kind == _GNU_PROPERTY_X86_ISA_1_NEEDED and size >= 4 and at + 12 <= len(descriptor):
            needed: int = image.struct("word").unpack_from(descriptor, at + 8)[0]
            return needed
        at += 8 + size
        at += -at % (8 if image.bits == 64 else 4)
    return 0
