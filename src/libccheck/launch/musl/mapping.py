"""What becomes of a library that musl's loader maps: `map_library` of `ldso/dynlink.c`."""

from __future__ import annotations

from libccheck.launch.mapping import MEMORY
from libccheck.launch.musl.objects import FaultError, LeftOutError
from libccheck.launch.musl.versions import Features
from libccheck.model import Elf, File, Segment
from libccheck.record import NamedTuple

_PT_LOAD, _PT_DYNAMIC, _PT_PHDR, _PT_GNU_RELRO = 1, 2, 6, 0x6474E552
_ET_EXEC, _ET_DYN = 2, 3
_EXECUTABLE, _WRITABLE, _READABLE = 1, 2, 4
_DT_STRTAB, _DT_SYMTAB, _DT_INIT, _DT_TEXTREL, _DT_INIT_ARRAY = 5, 6, 12, 22, 25
_SIZES = ((7, 8), (17, 18), (23, 2), (23, 20))  # DT_RELA, DT_REL, DT_JMPREL and what tells their sizes
_LOWEST = 0x10000  # vm.mmap_min_addr


class Range(NamedTuple):
    """Addresses that are taken."""

    start: int
    end: int


class _Mapped(NamedTuple):
    """One mmap: addresses, the file offset of the first (None: anonymous), PF_ flags."""

    start: int
    end: int
    offset: int | None
    flags: int


class Place:
    """Where in memory the loader puts a file, page by page, and what happens to who touches it there."""

    def __init__(self, elf: Elf, known: Features, page: int) -> None:
        self._elf = elf
        self._page = page
        self._known = known
        self._loads = [each for each in elf.segments if each.type == _PT_LOAD]
        self.span = span(elf, page)
        self._maps: list[_Mapped] = []

    def refusal(self, taken: list[Range]) -> str | None:
        """The errno of a mapping that fails; fixed addresses are taken for good."""
        where = self.span
        if where.end - where.start >= 1 << (46 if self._elf.bits == 64 else 31):
            return "ENOMEM"
        if self._elf.kind == _ET_EXEC and where.start:
            if where.start < _LOWEST or any(each.start < where.end and where.start < each.end for each in taken):
                return "EBUSY"
            taken.append(where)
        for each in self._loads:
            start, end = self._pages(each)
            if start == end != where.start and not self._known.empty_segments:
                return "EINVAL"
            if each.flags & _WRITABLE and each.memsz - each.filesz > MEMORY:
                return "ENOMEM"
        return None

    def fill(self) -> None:
        """Map the segments, clear what lies behind their file parts, read the dynamic section."""
        where, lowest = self.span, min(self._loads, key=lambda each: each.vaddr)
        self._maps = [_Mapped(where.start, where.end, lowest.offset // self._page * self._page, lowest.flags)]
        for each in self._loads:
            start, end = self._pages(each)
            if start != where.start:
                self._maps.append(_Mapped(start, end, each.offset // self._page * self._page, each.flags))
            elif self._known.zeroes_any_segment:
                continue
            if each.memsz > each.filesz and (each.flags & _WRITABLE or self._known.zeroes_any_segment):
                rest = each.vaddr + each.filesz
                if rest % self._page:
                    self.touch(rest, _WRITABLE)
                self._maps.append(_Mapped(-(-rest // self._page) * self._page, end, None, each.flags))
        self.touch(_dynamic(self._elf), _READABLE)
        if not lowest.flags & (_READABLE | _WRITABLE | _EXECUTABLE):
            raise FaultError("SIGSEGV")

    def relocate(self) -> None:
        """The first relocation writes to the data."""
        protected = next((each for each in self._elf.segments if each.type == _PT_GNU_RELRO), None)
        if _DT_TEXTREL not in self._elf.tags:
            self.touch(protected.vaddr if protected else _dynamic(self._elf), _WRITABLE)

    def run_constructors(self) -> None:
        """The code of DT_INIT and of DT_INIT_ARRAY is jumped to."""
        if _DT_TEXTREL in self._elf.tags or not {_DT_INIT, _DT_INIT_ARRAY}.intersection(self._elf.tags):
            return
        code = [each for each in self._loads if each.flags & _EXECUTABLE and each.memsz]
        if not code:
            raise FaultError("SIGSEGV")
        if all(each.offset // self._page * self._page >= self._elf.size for each in code):
            raise FaultError("SIGBUS")

    def touch(self, address: int, flags: int) -> None:
        for each in reversed(self._maps):
            if each.start <= address < each.end:
                # What can be written can be read.
                if not each.flags & (flags | _WRITABLE):
                    raise FaultError("SIGSEGV")
                at = 0 if each.offset is None else each.offset + address - each.start
                if each.offset is not None and at // self._page * self._page >= self._elf.size:
                    raise FaultError("SIGBUS")
                return
        raise FaultError("SIGSEGV")

    def _pages(self, segment: Segment) -> tuple[int, int]:
        page = self._page
        return segment.vaddr // page * page, -(-(segment.vaddr + segment.memsz) // page) * page


def seen(node: File, loader: Elf) -> Elf | None:
    """The file as the loader's own structures show it, whatever its magic, class and byte order say; None: ENOEXEC."""
    content = node.load()
    elf = content.elf or content.unmarked
    if elf is None and not content.head and node.size:
        raise LeftOutError("the content of a library was not kept")
    if elf is None or node.size < (64 if loader.bits == 64 else 52):
        return None
    if elf.bits != loader.bits or elf.little_endian != loader.little_endian:
        return None
    # Entries of another size are read askew, so that no PT_DYNAMIC is found.
    if elf.phentsize != (56 if elf.bits == 64 else 32) or len(elf.segments) != elf.phnum:
        return None
    return elf if elf.kind in (_ET_EXEC, _ET_DYN) and _dynamic(elf) else None


def map_library(elf: Elf, known: Features, taken: list[Range], page: int) -> Place | str:
    """Where it comes to lie, or the errno that says why not; raises FaultError where that crashes."""
    if not any(each.type == _PT_LOAD for each in elf.segments):
        raise FaultError("SIGSEGV")
    if any(each.type == _PT_LOAD and each.vaddr + each.memsz >= 1 << elf.bits for each in elf.segments):
        raise LeftOutError("the memory of a library has no end")
    place = Place(elf, known, page)
    errno = place.refusal(taken)
    if errno is not None:
        return errno
    place.fill()
    _check_facts(elf, page)
    return place


def span(elf: Elf, page: int) -> Range:
    """The addresses that the segments of a file lie at, in whole pages."""
    loads = [each for each in elf.segments if each.type == _PT_LOAD]
    start = min((each.vaddr for each in loads), default=0)
    end = max((each.vaddr + each.memsz for each in loads), default=0)
    return Range(start // page * page, -(-end // page) * page)


def check_program(elf: Elf, page: int) -> None:
    """What the loader reads of a program that the kernel mapped: raises FaultError where that crashes."""
    if elf.kind == _ET_DYN and not any(each.type == _PT_PHDR for each in elf.segments):
        raise FaultError("SIGSEGV")  # without a PT_PHDR the load address is taken to be 0
    dynamic = _dynamic(elf)
    for each in elf.segments if dynamic else ():
        if each.type == _PT_LOAD and each.vaddr <= dynamic < each.vaddr + each.filesz:
            at = each.offset + dynamic - each.vaddr
            if at // page * page >= elf.size:
                raise FaultError("SIGBUS")
            return
    raise FaultError("SIGSEGV")


def gives_itself_away(elf: Elf, page: int) -> bool:
    """reclaim_gaps(): the rest of the pages of writable segments goes to malloc(), and what lies there is cleared.

    Whether that is where the dynamic section of the program lies.
    """
    protected = next((each for each in reversed(elf.segments) if each.type == _PT_GNU_RELRO), None)
    kept = range(0)
    if protected is not None:
        kept = range(protected.vaddr // page * page, (protected.vaddr + protected.memsz) // page * page)
    both = _READABLE | _WRITABLE
    for each in elf.segments:
        if each.type == _PT_LOAD and each.flags & both == both:
            end = each.vaddr + each.memsz
            for first, last in ((each.vaddr // page * page, each.vaddr), (end, -(-end // page) * page)):
                first, last = kept.stop if first in kept else first, kept.start if last in kept else last
                if first <= _dynamic(elf) < last:
                    return True
    return False


def _dynamic(elf: Elf) -> int:
    """The address of the last PT_DYNAMIC; 0 where there is none."""
    return next((each.vaddr for each in reversed(elf.segments) if each.type == _PT_DYNAMIC), 0)


def _check_facts(elf: Elf, page: int) -> None:
    """Raise where what was read of the file may not be what the loader finds in memory."""
    for each in elf.segments:
        if each.type == _PT_LOAD and (each.filesz > each.memsz or (each.offset - each.vaddr) % page):
            raise LeftOutError("the segments of a library contradict each other")
        if each.type == _PT_GNU_RELRO and each.vaddr + each.memsz > span(elf, page).end:
            raise LeftOutError("a library has more protected data than data")
    tags = elf.tags
    if not tags:
        raise FaultError("SIGSEGV")
    if not {_DT_STRTAB, _DT_SYMTAB}.issubset(tags) or any(table in tags and size not in tags for table, size in _SIZES):
        raise LeftOutError("the dynamic section of a library lacks what belongs to it")
    if elf.needed and not any((*elf.needed, elf.soname, elf.rpath, elf.runpath)):
        raise LeftOutError("the strings of a library lie where no segment is")
