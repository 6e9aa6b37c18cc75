"""Views of a file: one made of some of its ranges, and one that notes which ranges are looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any


class Sparse:
    """A file of `size` bytes of which only these (offset, bytes) parts were kept; the gaps read as zero."""

    __slots__ = ("_parts", "_size", "_starts")

    def __init__(self, size: int, parts: Iterable[tuple[int, Any]]) -> None:
        self._size = size
        self._parts = sorted(((offset, bytes(data)) for offset, data in parts), key=lambda part: part[0])
        self._starts = [offset for offset, _ in self._parts]

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, wanted: slice) -> bytes:
        start, end, _ = wanted.indices(self._size)
        if end <= start:
            return b""
        position = max(0, bisect_right(self._starts, start) - 1)
        if self._parts:
            offset, data = self._parts[position]
            if offset <= start and end <= offset + len(data):
                return data[start - offset : end - offset]
        found = bytearray(end - start)
        for offset, data in self._parts[position:]:
            if offset >= end:
                break
            first, last = max(offset, start), min(offset + len(data), end)
            if first < last:
                found[first - start : last - start] = data[first - offset : last - offset]
        return bytes(found)


class Recorder:
    """A view that notes every slice taken of another one."""

    __slots__ = ("_seen", "_view")

    def __init__(self, view: Any) -> None:
        self._view = view
        self._seen: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return len(self._view)

    def __getitem__(self, wanted: slice) -> Any:
        start, end, _ = wanted.indices(len(self._view))
        if start < end:
            self._seen.append((start, end))
        return self._view[start:end]

    def ranges(self) -> tuple[tuple[int, int], ...]:
        """What was looked at as (offset, length), sorted, neighbours joined."""
        joined: list[tuple[int, int]] = []
        for start, end in sorted(self._seen):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return tuple((start, end - start) for start, end in joined)
