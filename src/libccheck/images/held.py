"""Bytes of files, read piece by piece, so that they do not stay in memory, or looked at in place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap

_PIECE = 1 << 20


class Held:
    """A part of a file, which need have no name any more, or bytes that are in memory anyhow.

    A page that is looked at through `view` counts as the process's own until somebody else needs it; one that `read`
    copies does not.
    """

    __slots__ = ("_file", "_start", "view")

    def __init__(self, view: memoryview, file: _File | None = None, start: int = 0) -> None:
        self.view = view
        self._file = file
        self._start = start

    @staticmethod
    def of_file(file: int) -> Held:
        """All that is in the file with this descriptor, which may be closed afterwards. Raises OSError."""
        size = os.fstat(file).st_size
        return Held(memoryview(mmap(file, 0, access=ACCESS_READ) if size else b""), _File(os.dup(file)))

    def part(self, start: int, length: int) -> Held:
        return Held(self.view[start : start + length], self._file, self._start + start)

    def __len__(self) -> int:
        return len(self.view)

    def __bytes__(self) -> bytes:
        return self.read(0, len(self.view))

    def read(self, at: int, count: int) -> bytes:
        """The next `count` bytes from there, fewer at the end."""
        count = max(min(count, len(self.view) - at), 0)
        if self._file is None:
            return bytes(self.view[at : at + count])
        return os.pread(self._file.number, count, self._start + at)

    def pieces(self) -> Iterator[bytes]:
        """All of it, about a mebibyte at a time."""
        return (self.read(at, _PIECE) for at in range(0, len(self.view), _PIECE))


class _File:
    """A descriptor, closed with the last part that reads from it."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __del__(self) -> None:
        os.close(self.number)
