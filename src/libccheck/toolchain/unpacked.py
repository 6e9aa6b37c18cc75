"""What a single file of PyInstaller unpacks: its archive, by `PyInstaller/archive/writers.py`."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

from libccheck import elf as elf_reader
from libccheck.model import Elf
from libccheck.toolchain.mark import NEAR

_COOKIE = re.compile(rb"MEI\014\013\012\013\016")
_HEADER = struct.Struct("!8sIIII")  # of 88 bytes the first: how long it all is, where in it the table is, and how long
_COOKIE_SIZE = 88
_ENTRY = struct.Struct("!IIIIBc")  # its size, where, how many bytes, how many unpacked, whether packed, of which type
_BINARY = b"b"
_MOST_ENTRIES = 1 << 14
_MOST_BYTES = 1 << 28
_GLIBC = re.compile(r"GLIBC_(\d+)\.(\d+)")


def newest_glibc(data: Any) -> tuple[str, tuple[int, int]] | None:
    """The library in it that asks for the newest glibc, and for which; None where none does or it cannot be read."""
    asked = [(found, name) for name, elf in _libraries(data) for found in [_asked(elf)] if found]
    return max(((name, found) for found, name in asked), key=lambda each: each[1], default=None)


def _asked(elf: Elf) -> tuple[int, int] | None:
    names = [each.name for needed in elf.versions_needed for each in needed.versions if not each.weak]
    found = [(int(match[1]), int(match[2])) for match in map(_GLIBC.match, names) if match]
    return max(found, default=None)


def _libraries(data: Any) -> Iterator[tuple[str, Elf]]:
    left = _MOST_BYTES
    for name, packed, size, content in islice(_entries(data), _MOST_ENTRIES):
        left -= max(size, len(content))
        if left < 0:
            return
        try:
            raw = zlib.decompressobj().decompress(content, size or 1) if packed else bytes(content)
        except zlib.error:
            continue
        elf = elf_reader.read(memoryview(raw)) if raw[:4] == b"\x7fELF" else None
        if elf is not None:
            yield name, elf


def _entries(data: Any) -> Iterator[tuple[str, bool, int, Any]]:
    """Name, whether packed, size when unpacked, and the bytes of each library and module."""
    near = max(len(data) - NEAR, 0)
    match = _COOKIE.search(data, near)
    if match is None or match.start() + _COOKIE_SIZE > len(data):
        return
    _, whole, table, size, _ = _HEADER.unpack_from(data, match.start())
    start = match.start() + _COOKIE_SIZE - whole
    place, end = start + table, min(start + table + size, len(data))
    if start < 0:
        return
    while place + _ENTRY.size <= end:
        length, at, stored, unpacked, packed, kind = _ENTRY.unpack_from(data, place)
        if length <= _ENTRY.size:
            return
        if kind == _BINARY:
            name = bytes(data[place + _ENTRY.size : min(place + length, end)]).partition(b"\0")[0]
            yield name.decode("utf-8", "replace"), bool(packed), unpacked, data[start + at : start + at + stored]
        place += length
