"""What dlopen(3) refuses and a start does not: DF_1_NOOPEN, and a stack that has to become executable."""

from __future__ import annotations

from libccheck.launch.glibc.state import LOADER, VDSO, Loading, Object
from libccheck.model import Elf

_DF_1_NOOPEN = 0x40
_PT_GNU_STACK, _EXECUTABLE = 0x6474E551, 1
_NEVER = (21, 183, 243, 258)  # DEFAULT_STACK_PERMS without PF_X: ppc64, aarch64, riscv, loongarch


def opening_trouble(loading: Loading, elf: Elf) -> tuple[str, str | None] | tuple[None, None]:
    """The words and the errno."""
    if elf.dynamic_flags_1 & _DF_1_NOOPEN:
        return "shared object cannot be dlopen()ed", None
    if loading.release.since(41) and _changes(loading, elf):
        return "cannot enable executable stack as shared object requires", "EINVAL"
    return None, None


def is_new(loading: Loading, item: Object) -> bool:
    """Whether it is this library, brought by dlopen(3), that makes the stack executable."""
    return _changes(loading, item.elf, apart=item)


def _changes(loading: Loading, elf: Elf, apart: Object | None = None) -> bool:
    others = [
        each for each in loading.chain if each.relocated and each.kind not in (LOADER, VDSO) and each is not apart
    ]
    return _wants(elf) and not any(_wants(each.elf) for each in others)


def _wants(elf: Elf) -> bool:
    """By PT_GNU_STACK; most machines take its absence for a yes."""
    flags = [each.flags for each in elf.segments if each.type == _PT_GNU_STACK]
    return bool(flags[-1] & _EXECUTABLE) if flags else elf.machine not in _NEVER
