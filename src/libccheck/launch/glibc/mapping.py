"""A library in memory: which page holds what, and which cannot be had (`elf/dl-map-segments.h`)."""

from __future__ import annotations

from libccheck.model import Elf, Segment
from libccheck.record import NamedTuple

_PT_LOAD, _PT_DYNAMIC, _PT_GNU_RELRO = 1, 2, 0x6474E552
_READABLE, _WRITABLE = 4, 2
_READ_ONLY_DYNAMIC = (8, 243)  # DL_RO_DYN_SECTION: MIPS and RISC-V never write to the dynamic section

FAILED, ZERO_FILL = "failed to map segment from shared object", "cannot map zero-fill pages"
_ROOM = {64: 1 << 47, 32: 0xC0000000}  # user space
_BEHIND = {64: 1 << 40, 32: 0x40000000}  # what can lie behind the place where libraries begin
_MEMORY = 1 << 36  # more than this at once, writable, no kernel promises


class Region(NamedTuple):
    """Pages from `start` to `end`; `offset` in the file of the first one, None where they are zeros."""

    start: int
    end: int
    offset: int | None
    flags: int


def regions(elf: Elf, page: int) -> list[Region] | str:
    """In the order of mapping, later ones lie over earlier ones; or the loader's words where that fails."""
    loads = [each for each in elf.segments if each.type == _PT_LOAD]
    start = _down(loads[0].vaddr, page)
    length = loads[-1].vaddr + loads[-1].memsz - start
    if not 0 < length < _ROOM[elf.bits]:
        return FAILED
    found = [Region(start, _up(start + length, page), _down(loads[0].offset, page), loads[0].flags)]
    for load in loads:
        first, end = _down(load.vaddr, page), _up(load.vaddr + load.filesz, page)
        if end - first >= _BEHIND[elf.bits] or first >= _BEHIND[elf.bits]:
            return FAILED
        if end > first:
            found.append(Region(first, end, _down(load.offset, page), load.flags))
        last = load.vaddr + load.memsz
        if last > end:
            if last - end > _MEMORY:
                return ZERO_FILL
            found.append(Region(end, _up(last, page), None, load.flags))
    return found


def fault(elf: Elf, page: int, found: list[Region], since_235: bool) -> str | None:
    """The signal that zeroing the rest of a page, or reading the dynamic section, ends in; None where neither does."""
    for load in elf.segments:
        end = load.vaddr + load.filesz
        if load.type == _PT_LOAD and load.memsz > load.filesz and end % page:
            signal = access(elf, page, found, end, _READABLE)
            if signal is not None:
                return signal
    for each in elf.segments:
        if each.type == _PT_DYNAMIC and each.filesz:
            kept = elf.machine in _READ_ONLY_DYNAMIC or (since_235 and not each.flags & _WRITABLE)
            signal = access(elf, page, found, each.vaddr, _READABLE if kept else _READABLE | _WRITABLE)
            if signal is not None:
                return signal
    return None


def access(elf: Elf, page: int, found: list[Region], address: int, flags: int) -> str | None:
    """What touching this address ends in: a page wholly behind the end of the file is SIGBUS."""
    region = next((each for each in reversed(found) if each.start <= address < each.end), None)
    if region is None or not region.flags or flags & _WRITABLE & ~region.flags:
        return "SIGSEGV"  # whatever may be done with a page, it may be read
    if region.offset is not None and region.offset + _down(address - region.start, page) >= elf.size:
        return "SIGBUS"
    return None


def protects(elf: Elf, page: int) -> bool | None:
    """Whether PT_GNU_RELRO names memory that is there; None where it goes on into that of others."""
    relro = next((each for each in reversed(elf.segments) if each.type == _PT_GNU_RELRO and each.memsz), None)
    if relro is None:
        return True
    loads = [each for each in elf.segments if each.type == _PT_LOAD]
    start, end = _down(relro.vaddr, page), _down(relro.vaddr + relro.memsz, page)
    last = _up(loads[-1].vaddr + loads[-1].memsz, page) if loads else 0
    if start == end or not loads:
        return True
    if not _down(loads[0].vaddr, page) <= start < last:
        return False
    return True if end <= last else None


def is_cut_off(elf: Elf) -> bool:
    """Whether the file ends before its segments do."""
    return any(_is_cut(each, elf.size) for each in elf.segments if each.type == _PT_LOAD)


def is_odd(elf: Elf, page: int) -> bool:
    """Whether the segments overlap or are out of order, which no linker makes."""
    loads = [each for each in elf.segments if each.type == _PT_LOAD]
    ends = [0, *[_up(each.vaddr + max(each.memsz, each.filesz), page) for each in loads]]
    overlap = any(_down(each.vaddr, page) < end and each.memsz for each, end in zip(loads, ends, strict=False))
    return overlap or any(each.filesz > each.memsz for each in loads)


def wraps(elf: Elf) -> bool:
    """Whether a segment ends beyond all addresses: the loader counts on from 0, and maps it over whatever is there."""
    return any(each.type == _PT_LOAD and each.vaddr + each.memsz >= 1 << elf.bits for each in elf.segments)


def _is_cut(segment: Segment, size: int) -> bool:
    return bool(segment.filesz) and segment.offset + segment.filesz > size


def _down(address: int, page: int) -> int:
    return address - address % page


def _up(address: int, page: int) -> int:
    return -(-address // page) * page
