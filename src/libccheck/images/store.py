"""One file of numbered, compressed, content-addressed blobs, a pool of names, and a small index; read piece by piece.

The layout, all numbers little-endian:

    header   MAGIC, then four 64-bit numbers: where the table begins, blobs in it, chunks of the pool, bytes of the
             index
    blobs    each one byte: 0 stored, 1 deflated, 2 deflated with another blob as its dictionary, whose number follows
             in four bytes; then the data
    table    32 bits a blob: where it begins, and once more where the last one ends
    pool     32 bits a chunk: the blob that holds it; a chunk is 1,024 names with NUL between them
    index    deflated text, one line an entry; what is in it is the catalog's business

Whoever wrote the file is not trusted: every number is checked before it is used, and every blob's size is bounded.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from mmap import ACCESS_READ, mmap
from struct import Struct, error, unpack_from
from typing import NoReturn

from libccheck.errors import LibccheckError

MAGIC = b"libccheck snapshots 1\n\0\0\0\0\0\0\0\0\0\0"
HEADER = Struct("<32sQQQQ")
CHUNK = 1024
STORED, DEFLATED, BASED = 0, 1, 2
WINDOW = 1 << 15
_MAX_BLOB = 1 << 26
_MAX_INDEX = 1 << 26
_MAX_CHAIN = 4


class Store:
    """A file of blobs, open for reading; raises LibccheckError for one that is damaged."""

    __slots__ = ("_chunks", "_count", "_data", "_hint", "_names", "_table", "index", "path")

    def __init__(self, path: str, hint: str = "make it again, or install libccheck again") -> None:
        self.path = path
        self._hint = hint
        self._table: int
        self._count: int
        with open(path, "rb", buffering=0) as file:
            try:
                self._data = mmap(file.fileno(), 0, access=ACCESS_READ)
                magic, self._table, self._count, chunks, index = HEADER.unpack_from(self._data)
                pool = self._table + 4 * (self._count + 1)
                if magic != MAGIC or pool + 4 * chunks + index != len(self._data):
                    self.damaged()
                self._chunks: tuple[int, ...] = unpack_from(f"<{chunks}I", self._data, pool)
                inflate = zlib.decompressobj(-15)
                self.index = inflate.decompress(self._data[pool + 4 * chunks :], _MAX_INDEX).decode()
                if not inflate.eof:
                    self.damaged()
            except (error, OverflowError, ValueError, zlib.error) as reason:
                self.damaged(reason)
        self._names: dict[int, list[str]] = {}

    def __len__(self) -> int:
        return self._count

    @property
    def chunks(self) -> tuple[int, ...]:
        """The blobs of the pool of names."""
        return self._chunks

    def raw(self, number: int) -> bytes:
        """A blob as it stands in the file."""
        if not 0 <= number < self._count:
            self.damaged()
        start, end = unpack_from("<II", self._data, self._table + 4 * number)
        if not HEADER.size <= start <= end <= self._table:
            self.damaged()
        return self._data[start:end]

    def blob(self, number: int, depth: int = 0) -> bytes:
        """A blob's content."""
        raw = self.raw(number)
        kind = raw[0] if raw else -1
        if kind == STORED:
            return raw[1:]
        try:
            if kind == DEFLATED:
                inflate = zlib.decompressobj(-15)
                data = inflate.decompress(memoryview(raw)[1:], _MAX_BLOB)
            elif kind == BASED and depth < _MAX_CHAIN:
                base = self.blob(int.from_bytes(raw[1:5], "little"), depth + 1)
                inflate = zlib.decompressobj(-15, zdict=base[-WINDOW:])
                data = inflate.decompress(memoryview(raw)[5:], _MAX_BLOB)
            else:
                self.damaged()
        except zlib.error as reason:
            self.damaged(reason)
        if not inflate.eof:
            self.damaged()
        return data

    def names(self, numbers: Sequence[int]) -> tuple[str, ...]:
        """The names of the pool with these numbers."""
        names = self._names
        try:
            for chunk in {number >> 10 for number in numbers}.difference(names):
                text = self.blob(self._chunks[chunk]).decode("utf-8", "surrogateescape")
                names[chunk] = text.split("\0")
            return tuple([names[number >> 10][number & 1023] for number in numbers])
        except IndexError as reason:
            self.damaged(reason)

    def damaged(self, reason: Exception | None = None) -> NoReturn:
        raise LibccheckError(f"{self.path} is damaged or not a file of snapshots", hint=self._hint) from reason
