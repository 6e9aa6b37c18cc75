"""What a file may lack for a process that the loader finds no fault with: only its own first steps show it."""

from __future__ import annotations

from collections.abc import Sequence

from libccheck.launch.constructors import has_constructors
from libccheck.launch.glibc.machine import types
from libccheck.launch.glibc.mapping import is_cut_off
from libccheck.launch.glibc.relocate import Miss
from libccheck.launch.glibc.state import LOADER, MAIN, Ending, Loading, Object
from libccheck.model import Finding, Unclear

_DT_INIT_ARRAY, _DT_PREINIT_ARRAY, _DT_RELR = 25, 32, 36
_ET_DYN = 3
_STT_GNU_IFUNC = 10
_BUSY = ("libc.so.6", "libpthread.so.0")
"""What acts before the program by other ways than those that every library has."""


def check(loading: Loading, order: list[Object]) -> None:
    """Raise where one of them crashes, or nobody can tell; they are in the order of their relocation."""
    _check_packed(loading, order)


def check_first_steps(loading: Loading, misses: Sequence[Miss]) -> None:
    """Raise where what cannot be bound later may be called before the program begins."""
    for item, symbol, _ in misses:
        if _acts_first(item):
            name = loading.shown(item)
            reason = f"whether {name} uses {symbol}, which nobody has, before the program begins"
            later = [each.finding for each in misses if each.finding]
            raise Ending(Unclear(reason), Finding("LC902", name, reason, ()), *later)


def _acts_first(item: Object) -> bool:
    """Functions that choose others by the processor run as soon as something is bound to them; constructors of a
    program are called by what stands at its entry point."""
    kinds, relocations, symbols = types(item.elf.machine), item.elf.tables.relocations, item.elf.tables.symbols
    if kinds and relocations:
        runs = (*relocations.rel, *relocations.rela, *relocations.plt)
        if any(kind == kinds.indirect for kind, _, _ in runs):
            return True
    if symbols and any(info & 15 == _STT_GNU_IFUNC for info in symbols.infos):
        return True
    if item.kind == MAIN:
        return _DT_PREINIT_ARRAY in item.elf.tags
    return item.elf.soname in _BUSY or has_constructors(item.elf)


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
        raise loading.undecided(reason, "LC902", loading.interpreter)
    raise loading.crash("SIGSEGV", reason)


def check_whole(loading: Loading, order: list[Object]) -> None:
    """Before any table is read, since it may be a table that is missing."""
    cut = next((each for each in order if is_cut_off(each.elf)), None)
    if cut is not None:
        name = loading.shown(cut)
        raise loading.undecided(
            f"{name} is cut off: what lies behind its end reads as zeros", "LC902", cut.requested or name
        )
