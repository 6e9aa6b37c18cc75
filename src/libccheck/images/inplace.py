"""Data of an archive's members that stay where they are: in the archive, from which a load reads them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from libccheck.content import content, is_text
from libccheck.elf import Sparse
from libccheck.errors import LibccheckError
from libccheck.images.held import Held
from libccheck.images.keep import kept, nothing
from libccheck.model import Content, File
from libccheck.record import NamedTuple


class Piece(NamedTuple):
    """`stored` bytes of a file from `start`, which are those of a member; pieces and size: of a sparse one."""

    held: Held
    start: int
    stored: int
    size: int
    pieces: tuple[tuple[int, int], ...] | None

    def view(self) -> Any:
        """The member's data, the holes of a sparse one not filled."""
        data = self.held.part(self.start, self.stored).view
        if len(data) < self.stored:
            raise LibccheckError("an archive has become shorter while it was read", hint="try again")
        return data if self.pieces is None else expanded(data, self.size, self.pieces)


def expanded(data: Any, size: int, pieces: tuple[tuple[int, int], ...]) -> Sparse:
    """A sparse file of `size` bytes, whose pieces, (offset, length), lie in `data` one after the other."""
    at = 0
    found = []
    for offset, length in pieces:
        found.append((offset, data[at : at + length]))
        at += length
    return Sparse(size, found)


def load(data: Any, path: str, mode: int) -> Content:
    """The content of a file with these bytes, or whose bytes are in that Piece."""
    return kept(content(data.view() if isinstance(data, Piece) else data, path), mode)


def where(file: File, _: str) -> str:
    """Where the content of a file is that `load` loads from a Piece, and how it is looked at, as a snapshot says it."""
    if file.load is nothing:
        return ""
    piece, path, mode = file.load.args  # type: ignore[attr-defined]
    numbers = [piece.start, piece.stored, piece.size, mode, *(each for pair in piece.pieces or () for each in pair)]
    sign = "-" if piece.pieces is None else "s"
    return f":{sign}{' '.join(map(str, numbers))}\1{path if is_text(path) else ''}"


def loader(held: Held) -> Callable[[str, int | None], Callable[[], Content]]:
    """What `where` said back to a load of that file; ValueError where it is none."""

    def found(text: str, _: int | None) -> Callable[[], Content]:
        numbers, path = text[1:].split("\1", 1)
        start, stored, size, mode, *more = map(int, numbers.split(" "))
        pieces = tuple(zip(more[::2], more[1::2], strict=True)) if text[:1] == "s" else None
        return partial(load, Piece(held, start, stored, size, pieces), path, mode)

    return found
