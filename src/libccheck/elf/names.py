"""Names out of a string table: one by one, or all that a table of symbols has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from libccheck.elf.columns import Column

# A bound that no real file comes near; it keeps a file that lies from costing far more than its size. Each name gives
# back more than names are long, since a library that is kept is asked for them without end.
_MOST_BYTES, _GIVEN_BACK = 1 << 26, 1 << 12
_PIECE = 64


def names(text: Any, place: Callable[[int], int], places: Callable[[], tuple[int, ...]], count: int) -> Column:
    """The column of `count` names in the string table `text`. place: the offset of one there; places: of all."""
    budget = _MOST_BYTES

    def name(index: int) -> str:
        nonlocal budget
        found = _bytes_at(text, place(index), budget)
        budget = min(max(budget - len(found), 0) + _GIVEN_BACK, _MOST_BYTES)
        return found.decode("utf-8", "surrogateescape")

    return Column(count, name, lambda: _all(bytes(text), places()))


def _bytes_at(text: Any, at: int, most: int) -> bytes:
    """Up to the next NUL, or the end."""
    length = _PIECE
    while True:
        piece = bytes(text[at : at + length])
        end = piece.find(0)
        if end >= 0:
            return piece[:end]
        if len(piece) < length or length >= most:
            return piece
        length *= 8


def _all(text: bytes, offsets: tuple[int, ...]) -> tuple[str, ...]:
    """The name at each offset. Latin-1 keeps offsets and bytes in step; what is not ASCII is decoded again."""
    table = text.decode("latin-1") + "\0"
    last = len(table) - 1
    if max(offsets) > last:
        offsets = tuple([min(each, last) for each in offsets])
    index = table.index
    if len(offsets) * _longest(table) <= _MOST_BYTES:
        found: Iterable[str] = [table[at : index("\0", at)] for at in offsets]
    else:
        found = _bounded(table, offsets)
    return tuple(found if table.isascii() else map(_decoded, found))


def _longest(table: str) -> int:
    return max(map(len, table.split("\0")))


def _decoded(name: str) -> str:
    return name if name.isascii() else name.encode("latin-1").decode("utf-8", "surrogateescape")


def _bounded(table: str, offsets: tuple[int, ...]) -> list[str]:
    """The same for a table with names so long that many symbols sharing one could cost far more than the file."""
    names: list[str] = []
    known: dict[int, str] = {}
    budget = _MOST_BYTES
    for at in offsets:
        name = known.get(at)
        if name is None:
            end = table.find("\0", at, at + budget)
            name = known[at] = table[at : end if end >= 0 else at + budget]
            budget -= len(name)
        names.append(name)
    return names
