"""A column of a large table that is decoded entry by entry, until somebody goes through all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any


class Column(Sequence[Any]):
    """`count` entries. at: decodes one, of an index that is there; whole: decodes all of them.

    Equal to any sequence with the same entries.
    """

    __slots__ = ("_at", "_count", "_entries", "_whole")

    def __init__(self, count: int, at: Callable[[int], Any], whole: Callable[[], Sequence[Any]]) -> None:
        self._count = count
        self._at = at
        self._whole = whole
        self._entries: Sequence[Any] | None = None

    @property
    def entries(self) -> Sequence[Any]:
        """All of them, decoded once."""
        if self._entries is None:
            self._entries = self._whole()
        return self._entries

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: Any) -> Any:
        if self._entries is None and isinstance(index, int) and 0 <= index < self._count:
            return self._at(index)
        return self.entries[index]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.entries)

    def __eq__(self, other: object) -> bool:
        return self.entries == (other.entries if isinstance(other, Column) else other)

    def __hash__(self) -> int:
        return hash(self.entries)

    def __repr__(self) -> str:
        return repr(self.entries)
