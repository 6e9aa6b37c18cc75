"""The section headers of a program, as far as tools and linkers leave them: no loader reads them."""

from __future__ import annotations

import struct
from typing import Any

from libccheck.model import Elf
from libccheck.record import NamedTuple

_MOST = 4096
_LONGEST_NAME = 64

# where e_shoff, e_shentsize, e_shnum and e_shstrndx stand; a section header
_HEADER = {32: (32, "I", 46), 64: (40, "Q", 58)}
_SECTION = {32: "IIIIIIIIII", 64: "IIQQQQIIQQ"}


class Section(NamedTuple):
    """offset, size: of what it holds, in bytes. link: the number of another section. info: by `type`."""

    name: str
    type: int
    offset: int
    size: int
    link: int
    info: int


def sections(elf: Elf, data: Any) -> tuple[Section, ...]:
    """Those of the table, 4096 at most; () where there is none, or one that does not fit the file."""
    try:
        headers, names = _headers(elf, data)
    except (struct.error, OverflowError):  # an offset that no file reaches
        return ()
    at = headers[names][4] if names < len(headers) else len(data)
    return tuple(Section(_name(data, at + each[0]), each[1], *each[4:8]) for each in headers)


def _headers(elf: Elf, data: Any) -> tuple[list[tuple[int, ...]], int]:
    order = "<" if elf.little_endian else ">"
    where, word, sizes = _HEADER[elf.bits]
    (offset,) = struct.unpack_from(order + word, data, where)
    size, count, names = struct.unpack_from(order + "HHH", data, sizes)
    layout = struct.Struct(order + _SECTION[elf.bits])
    if size != layout.size:
        return [], 0
    return [layout.unpack_from(data, offset + number * size) for number in range(min(count, _MOST))], names


def _name(data: Any, at: int) -> str:
    return bytes(data[at : at + _LONGEST_NAME]).partition(b"\0")[0].decode("ascii", "replace")
