"""The file /etc/ld.so.cache in memory, and which of its two formats is read: `sysdeps/generic/dl-cache.h`."""

from __future__ import annotations

from functools import cached_property
from struct import Struct, unpack_from

from libccheck.launch.glibc.release import Release
from libccheck.record import NamedTuple

_OLD_MAGIC = b"ld.so-1.7.0"
_NEW_MAGIC = b"glibc-ld.so.cache1.1"
_OLD_HEADER, _OLD_ENTRY = 16, 12
_NEW_HEADER, _NEW_ENTRY = 48, 24
_ENDIAN, _LITTLE, _BIG = 3, 2, 3
_EXTENSION_MAGIC = 0xEAA42174
_TAG_HWCAPS = 1
_I386 = 3


class BeyondError(Exception):
    """A read behind the last page of the file, by so many bytes."""

    def __init__(self, distance: int) -> None:
        super().__init__(distance)
        self.distance = distance


class Entry(NamedTuple):
    """`key` and `value` are offsets of strings; `system` the kernel that the library wants, one byte a number."""

    flags: int
    key: int
    value: int
    system: int = 0
    hwcap: int = 0


class Table:
    """The entries, and the strings that they point to.

    size: of the file, in bytes; behind it zeros fill the page. limit: the offset that a string must lie below. What the
    file says, `count` and the offsets, need not be true.
    """

    def __init__(self, data: bytes, page: int, order: str, start: int, *, new: bool) -> None:
        self.size = len(data)
        self.count = _word(data, start + (20 if new else 12), order)
        self._data = data.ljust(-(-len(data) // page) * page, b"\0")
        self.new, self._order, self._start = new, order, start
        self._entry = Struct(order + ("iIIIQ" if new else "iII"))
        self._entries = start + (_NEW_HEADER if new else _OLD_HEADER)
        self._strings = start if new else self._entries + self.count * _OLD_ENTRY
        self.limit = self.size - self._strings & 0xFFFFFFFF

    def entry(self, index: int) -> Entry:
        at = self._entries + index * self._entry.size
        if at + self._entry.size > len(self._data):
            raise BeyondError(at + self._entry.size - len(self._data))
        return Entry(*self._entry.unpack_from(self._data, at))

    def string(self, offset: int) -> bytes:
        at = self._strings + offset
        end = self._data.find(b"\0", at)
        if end < 0:
            raise BeyondError(max(1, at + 1 - len(self._data)))
        return self._data[at:end]

    @cached_property
    def subdirectories(self) -> tuple[bytes, ...]:
        """The glibc-hwcaps subdirectories that entries count: cache_extension_load(), an array of string offsets."""
        data, order = self._data, self._order
        at = _word(data, self._start + 32, order)
        if not at or at % 4 or at + 8 > self.size:
            return ()
        magic, count = unpack_from(order + "II", data, at)
        if magic != _EXTENSION_MAGIC or at + 8 + 16 * count > self.size:
            return ()
        found = b""
        for tag, _, offset, size in Struct(order + "IIII").iter_unpack(data[at + 8 : at + 8 + 16 * count]):
            if offset + size > self.size:
                return ()
            if tag == _TAG_HWCAPS:
                found = b"" if offset % 4 or size % 4 else data[offset : offset + size]
        return tuple([self._text(each) for (each,) in Struct(order + "I").iter_unpack(found)])

    def _text(self, at: int) -> bytes:
        """An offset of the file, whichever table it stands in."""
        return self._data[at : max(at, self._data.find(b"\0", at))] if at < self.size else b""


def find_table(data: bytes, page: int, machine: int, little_endian: bool, release: Release) -> Table | None:
    """The one that this release reads; None where it takes the file for no cache."""
    order = "<" if little_endian else ">"
    start = 0
    if data.startswith(_OLD_MAGIC) and len(data) > _OLD_HEADER:
        count = _word(data, 12, order)
        if release.since(29) and (len(data) - _OLD_HEADER) // _OLD_ENTRY < count:
            return None
        start = _OLD_HEADER + count * _OLD_ENTRY
        start += -start % (4 if machine == _I386 else 8)  # ALIGN_CACHE
        if len(data) < start + _NEW_HEADER or not data.startswith(_NEW_MAGIC, start):
            return Table(data, page, order, 0, new=False)
    elif not data.startswith(_NEW_MAGIC) or len(data) <= _NEW_HEADER:
        return None
    else:
        counts_too_many = (len(data) - _NEW_HEADER) // _NEW_ENTRY < _word(data, 20, order)
        if counts_too_many and release.since(32):
            return None
    if release.since(33) and data[start + 28] and data[start + 28] & _ENDIAN != (_LITTLE if little_endian else _BIG):
        return None
    table = Table(data, page, order, start, new=True)
    if release.since(33):
        table.limit = len(data)
    return table


def _word(data: bytes, at: int, order: str) -> int:
    return int.from_bytes(data[at : at + 4], "little" if order == "<" else "big")
