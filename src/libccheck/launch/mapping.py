"""What becomes of a process whose ELF file the kernel maps (`elf_load` in `fs/binfmt_elf.c`)."""

from __future__ import annotations

from libccheck.model import Elf, Segment

_PT_LOAD, _PT_INTERP, _PT_PHDR = 1, 3, 6
_HEADER = {32: 52, 64: 64}
_PT_GNU_STACK = 0x6474E551
_EXECUTABLE, _WRITABLE, _READABLE = 1, 2, 4
_ET_EXEC = 2
_LOWEST = 0x10000  # vm.mmap_min_addr as the distributions set it
MEMORY = 1 << 40  # more than any host will promise to a .bss


def fault(elf: Elf, page_size: int) -> str | None:
    """The signal that mapping the segments or jumping to the entry ends in; None where neither is seen to fail.

    An error behind the point of no return is SIGSEGV, whatever it was.
    """
    loads = [segment for segment in elf.segments if segment.type == _PT_LOAD]
    if not loads or any(_unmappable(segment, elf, page_size) for segment in loads):
        return "SIGSEGV"
    return _jump(elf, loads, page_size)


def mapping_fault(elf: Elf, page_size: int) -> str | None:
    """The same without the jump: of a program that a loader jumps to when all else is done."""
    loads = [segment for segment in elf.segments if segment.type == _PT_LOAD]
    return "SIGSEGV" if not loads or any(_unmappable(each, elf, page_size) for each in loads) else None


def misleads_its_loader(elf: Elf) -> bool:
    """Whether a loader crashes on the program headers: it finds the program by PT_PHDR, its own name by PT_INTERP."""
    loads = [segment for segment in elf.segments if segment.type == _PT_LOAD]
    for segment in elf.segments:
        if segment.type == _PT_PHDR:
            offsets = (segment.offset, _HEADER[elf.bits])
            if not any(each.vaddr - each.offset + offset == segment.vaddr for offset in offsets for each in loads):
                return True
        if segment.type == _PT_INTERP and not any(0 <= segment.vaddr - each.vaddr < each.memsz for each in loads):
            return True
    return False


def is_cut_off(elf: Elf) -> bool:
    """Whether the file ends before its segments do."""
    return any(each.type == _PT_LOAD and each.filesz and each.offset + each.filesz > elf.size for each in elf.segments)


def _unmappable(segment: Segment, elf: Elf, page_size: int) -> bool:
    top = (1 << 47) - page_size if elf.bits == 64 else 1 << 32
    _, flags, offset, vaddr, filesz, memsz, _ = segment
    if filesz > memsz or vaddr + memsz > top or offset + filesz > 1 << 63 or memsz - filesz >= MEMORY:
        return True
    if elf.kind == _ET_EXEC and vaddr < _LOWEST and memsz:
        return True
    if not filesz:
        return False
    if (offset - vaddr) % page_size:
        return True
    # What lies behind the file part in its last page is zeroed: a page wholly beyond the end of the file cannot be.
    last = offset + filesz
    zeroed = memsz > filesz and bool(last % page_size) and bool(flags & _WRITABLE)
    return zeroed and last - last % page_size >= elf.size


def _jump(elf: Elf, loads: list[Segment], page_size: int) -> str | None:
    """Later segments are mapped over earlier ones; what lies behind the file is zeros, and zeros crash at once."""
    entry = elf.entry
    for segment in reversed(loads):
        start = segment.vaddr - segment.vaddr % page_size
        if start <= entry < _page_end(segment.vaddr + segment.filesz, page_size) and segment.filesz:
            if not _runnable(elf, segment):
                return "SIGSEGV"
            at = segment.offset + entry - segment.vaddr
            if at >= elf.size:
                return "SIGBUS" if at - at % page_size >= elf.size else "SIGSEGV"
            return None
        if start <= entry < _page_end(segment.vaddr + segment.memsz, page_size):
            return "SIGSEGV"
    return "SIGSEGV"


def _runnable(elf: Elf, segment: Segment) -> bool:
    if segment.flags & _EXECUTABLE:
        return True
    # READ_IMPLIES_EXEC, arch/x86/include/asm/elf.h: a 32-bit program that says nothing of its stack
    silent = elf.machine == 3 and all(each.type != _PT_GNU_STACK for each in elf.segments)
    return silent and bool(segment.flags & _READABLE)


def _page_end(address: int, page_size: int) -> int:
    return -(-address // page_size) * page_size
