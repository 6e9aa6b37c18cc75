"""The symbol versions that an ELF file wants of each library, and which symbols want them."""

from __future__ import annotations

from libccheck.model import Elf
from libccheck.record import NamedTuple

_INDEX = 0x7FFF


class Wanted(NamedTuple):
    """One version wanted of one library; `symbols` sorted, () where none has it or a snapshot left them out.

    weak: that it may be missing (VER_FLG_WEAK).
    """

    library: str
    version: str
    weak: bool
    symbols: tuple[str, ...]


def wanted(elf: Elf) -> tuple[Wanted, ...]:
    """All of them, in the order of the table."""
    if not elf.versions_needed:
        return ()
    by_index = _by_index(elf)
    return tuple(
        Wanted(needed.file, each.name, each.weak, tuple(sorted(by_index.get(each.index & _INDEX, ()))))
        for needed in elf.versions_needed
        for each in needed.versions
    )


def number(version: str) -> tuple[int, ...]:
    """ "2.34" as (2, 34); () for what is not numbers and dots."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() and len(part) < 10 for part in parts) else ()


def _by_index(elf: Elf) -> dict[int, set[str]]:
    symbols = elf.tables.symbols
    found: dict[int, set[str]] = {}
    for at, index in enumerate(symbols.versions) if symbols else ():
        if symbols and index & _INDEX > 1 and at < len(symbols.names):
            found.setdefault(index & _INDEX, set()).add(symbols.names[at])
    return found
