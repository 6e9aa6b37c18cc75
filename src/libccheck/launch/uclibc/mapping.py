"""What becomes of a file that uClibc's loader opens as a library: `_dl_load_elf_shared_library` of `ldso/dl-elf.c`."""

from __future__ import annotations

from libccheck.launch.mapping import MEMORY, is_cut_off
from libccheck.launch.uclibc.objects import FaultError, LeftOutError
from libccheck.launch.uclibc.versions import Features
from libccheck.model import Elf, File, Segment
from libccheck.record import NamedTuple

_PT_LOAD, _PT_DYNAMIC, _PT_PHDR, _PT_TLS, _PT_GNU_RELRO = 1, 2, 6, 7, 0x6474E552
_ET_EXEC, _ET_DYN = 2, 3
_WRITABLE, _READABLE = 2, 4
_DT_TEXTREL = 22
_HEADERS = 4096  # only the first page of a file is read
_FIXED = 0x1000000
_ADDRESSES = {64: 1 << 46, 32: 1 << 31}


class Refused(NamedTuple):
    """What the loader says before it looks elsewhere; `text` goes behind the program's name, `why` into evidence."""

    text: str
    why: str


def accept(node: object, path: str, loader: Elf, known: Features, page: int, *, fixed: bool) -> Elf | Refused:
    """The library that the file is. What the loader says besides of a good library is left to `remarks`.

    fixed: the program itself lies at fixed addresses.
    """
    content = node.load() if isinstance(node, File) else None
    elf = content.elf if content else None
    if elf is None:
        return Refused(f": '{path}' is not an ELF file\n", "not ELF")
    kinds = (_ET_DYN, _ET_EXEC) if known.standalone else (_ET_DYN,)
    if elf.little_endian != loader.little_endian or elf.kind not in kinds or elf.machine != loader.machine:
        library = elf.kind == _ET_DYN and elf.little_endian == loader.little_endian
        why = "wrong machine" if library else "not a library"
        return Refused(f": '{path}' is not an ELF executable for {known.machine}\n", why)
    elf = _as_read(elf, loader)
    _check_segments(elf)
    if elf.kind == _ET_EXEC and (fixed or any(each.type == _PT_DYNAMIC for each in elf.segments)):
        raise LeftOutError("a program at fixed addresses is loaded as a library")
    if not known.tls and any(each.type == _PT_TLS for each in elf.segments):
        return Refused(f": '{path}' library contains unsupported TLS\n", "has TLS")
    if not _can_map(elf, page):
        return Refused(cannot_map(known.map_lines.library, path), "cannot be mapped")
    _zero(elf, page, path)
    if any(each.type == _PT_DYNAMIC for each in elf.segments):
        _touch_dynamic(elf, page, path)
    elif elf.kind == _ET_EXEC or _is_fixed(elf):
        return Refused(f": '{path}' is missing a dynamic section\n", "not dynamic")
    # Else the file's own header is read as one, which says nothing.
    return elf


def cannot_map(line: int | None, path: str) -> str:
    """What the loader says, behind the program's name."""
    if line is None:
        raise LeftOutError(f"in which line the loader says that it cannot map {path}")
    return f":{line}: can't map '{path}'\n"


def remarks(elf: Elf, path: str) -> list[str]:
    """What the loader says of every dynamic section behind the first."""
    count = sum(each.type == _PT_DYNAMIC and each.vaddr != 0 for each in elf.segments)
    return [f": '{path}' has more than one dynamic section\n"] * max(0, count - 1)


def takes_itself(loader: Elf) -> bool:
    """Whether the loader likes its own header, which it reads first of all (`ldso/dl-startup.c`)."""
    return loader.ident[4] == loader.bits // 32 and loader.ident[6] == 1


def check_program(elf: Elf, page: int, name: str) -> None:
    """What the loader reads of a program that the kernel has mapped."""
    if elf.kind == _ET_DYN and not any(each.type == _PT_PHDR for each in elf.segments):
        raise FaultError("SIGSEGV", name)  # without a PT_PHDR the load address is taken to be 0
    if not any(each.type == _PT_DYNAMIC for each in elf.segments):
        raise FaultError("SIGSEGV", name)
    _touch_dynamic(elf, page, name)


def _as_read(elf: Elf, loader: Elf) -> Elf:
    """The program headers as they stand in a page that is zeros behind the end of the file."""
    header, entry = (64, 56) if elf.bits == 64 else (52, 32)
    if elf.bits != loader.bits:
        raise LeftOutError("the loader reads the headers of a library of the other word size askew")
    are_behind = len(elf.segments) < elf.phnum and elf.size > _HEADERS
    if elf.phnum and (elf.phentsize != entry or len(elf.segments) > _HEADERS // entry or are_behind):
        raise LeftOutError("the loader reads the program headers of a library elsewhere than they are")
    if elf.cut_segment is not None:
        return elf._replace(segments=(*elf.segments, elf.cut_segment))
    if len(elf.segments) < elf.phnum and (elf.size - header) % entry and elf.size > header:
        raise LeftOutError("a library ends within a program header, which was not kept")
    return elf


def _check_segments(elf: Elf) -> None:
    if _is_fixed(elf) and _loads(elf)[0].vaddr != min(each.vaddr for each in _loads(elf)):
        raise LeftOutError("where in memory a library comes to lie")
    if any(each.vaddr + each.memsz >= 1 << elf.bits for each in _loads(elf)):
        raise LeftOutError("a library is damaged: its memory has no end")
    for each in elf.segments:
        if each.type == _PT_LOAD and (each.filesz > each.memsz or (each.offset - each.vaddr) % _HEADERS):
            raise LeftOutError("the segments of a library contradict each other")


def _can_map(elf: Elf, page: int) -> bool:
    loads = _loads(elf)
    if not loads:
        return False
    start = min(each.vaddr for each in loads) // page * page
    end = -(-max(each.vaddr + each.memsz for each in loads) // page) * page
    if not 0 < end - start < _ADDRESSES[elf.bits]:
        return False
    if any(each.flags & _WRITABLE and each.memsz - each.filesz >= MEMORY for each in loads):
        return False  # map_writeable(): what can be written counts as memory
    return all(each.vaddr % page + each.filesz for each in loads)


def _is_fixed(elf: Elf) -> bool:
    """Whether the library is made for certain addresses, as the loader tells by its first segment."""
    return bool(_loads(elf)) and _loads(elf)[0].vaddr > _FIXED


def _zero(elf: Elf, page: int, path: str) -> None:
    """map_writeable(): the rest of the last page of the file's part is cleared."""
    for each in _loads(elf):
        end = each.offset + each.filesz
        if each.flags & _WRITABLE and each.memsz > each.filesz and end % page and end // page * page >= elf.size:
            raise FaultError("SIGBUS", path)


def _touch_dynamic(elf: Elf, page: int, path: str) -> None:
    dynamic = next(each.vaddr for each in reversed(elf.segments) if each.type == _PT_DYNAMIC)
    _read(elf, dynamic, page, path)
    if not is_cut_off(elf):
        return
    if elf.tags:
        raise LeftOutError(f"which of its parts {path} still has, cut off as it is")


def relocate(elf: Elf, path: str) -> None:
    """The first relocation writes to the data."""
    if _DT_TEXTREL not in elf.tags and not any(each.flags & _WRITABLE for each in _loads(elf)):
        raise FaultError("SIGSEGV", path)


def protects_nothing(elf: Elf, page: int) -> bool:
    """_dl_protect_relro(): whether what is to be protected lies where nothing is. The last PT_GNU_RELRO counts."""
    protected = next((each for each in reversed(elf.segments) if each.type == _PT_GNU_RELRO and each.memsz), None)
    if protected is None:
        return False
    if protected.memsz >= _ADDRESSES[elf.bits]:
        raise LeftOutError("how much else is protected together with the data of a library")
    start, end = protected.vaddr // page * page, (protected.vaddr + protected.memsz) // page * page
    first = min((each.vaddr for each in _loads(elf)), default=0) // page * page
    last = -(-max((each.vaddr + each.memsz for each in _loads(elf)), default=0) // page) * page
    return start != end and not first <= start < end <= last


def _read(elf: Elf, address: int, page: int, path: str) -> None:
    for each in reversed(_loads(elf)):
        start = each.vaddr // page * page
        if start <= address < -(-(each.vaddr + each.filesz) // page) * page:
            if not each.flags & (_READABLE | _WRITABLE):
                raise FaultError("SIGSEGV", path)
            if (each.offset + address - each.vaddr) // page * page >= elf.size:
                raise FaultError("SIGBUS", path)
            return
        if start <= address < each.vaddr + each.memsz:
            return
    raise LeftOutError(f"what lies in memory behind {path}")


def _loads(elf: Elf) -> list[Segment]:
    return [each for each in elf.segments if each.type == _PT_LOAD]
