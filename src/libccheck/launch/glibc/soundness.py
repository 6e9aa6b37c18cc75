"""What a file may lack for a process that the loader finds no fault with: only its own first steps show it."""

from __future__ import annotations

from libccheck.launch.glibc.mapping import is_cut_off
from libccheck.launch.glibc.state import LOADER, Loading, Object

_DT_INIT_ARRAY, _DT_RELR = 25, 36
_ET_DYN = 3


def check(loading: Loading, order: list[Object]) -> None:
    """Raise where one of them crashes, or nobody can tell; they are in the order of their relocation."""
    _check_packed(loading, order)


def _check_packed(loading: Loading, order: list[Object]) -> None:
    """Until 2.35 nobody unpacks DT_RELR: the pointers stay as the linker wrote them, and the first jump is wild."""
    if loading.release.has("relr"):
        return
    packed = [each for each in order if each.kind != LOADER and _DT_RELR in each.elf.tags and each.elf.kind == _ET_DYN]
    if not packed:
        return
    first = next((each for each in packed if _DT_INIT_ARRAY in each.elf.tags), None)
    reason = f"{loading.shown(first or packed[0])} has packed relocations (DT_RELR), which this loader does not know"
    if first is None:
        raise loading.undecided(reason, "LC207", loading.interpreter)
    raise loading.crash("SIGSEGV", reason)


def check_whole(loading: Loading, order: list[Object]) -> None:
    """Before any table is read, since it may be a table that is missing."""
    cut = next((each for each in order if is_cut_off(each.elf)), None)
    if cut is not None:
        name = loading.shown(cut)
        raise loading.undecided(
            f"{name} is cut off: what lies behind its end reads as zeros", "LC902", cut.requested or name
        )
