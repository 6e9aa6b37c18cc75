"""ELF files of every layout, table by table, for tests of the reader."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

DYNAMIC, INTERP, NOTE, PROPERTY = 2, 3, 4, 0x6474E553


class Layout(NamedTuple):
    """How numbers stand in the file."""

    bits: int = 64
    order: str = "<"

    @property
    def word(self) -> int:
        return self.bits // 8

    def pack(self, codes: str, *values: int) -> bytes:
        """`codes` as in struct; "A" is an address of this layout."""
        return struct.pack(self.order + codes.replace("A", "Q" if self.bits == 64 else "I"), *values)

    def symbol(self, name: int, info: int, section: int, value: int = 0, size: int = 0, other: int = 0) -> bytes:
        if self.bits == 64:
            return self.pack("IBBHQQ", name, info, other, section, value, size)
        return self.pack("IIIBBH", name, value, size, info, other, section)

    def relocation(self, info: int, addend: int | None = None) -> bytes:
        return self.pack("AA" if addend is None else "AAA", 0x1000, info, *([] if addend is None else [addend]))

    def segment(self, kind: int, offset: int, address: int, filesz: int, align: int) -> bytes:
        if self.bits == 64:
            return self.pack("IIQQQQQQ", kind, 5, offset, address, 0, filesz, filesz, align)
        return self.pack("IIIIIIII", kind, offset, address, 0, filesz, filesz, 5, align)

    def header(self, kind: int, machine: int, segments: int, entry: int = 0) -> bytes:
        ident = bytes([127, 69, 76, 70, self.bits // 32, 1 if self.order == "<" else 2, 1]) + bytes(9)
        sizes = (64, 56) if self.bits == 64 else (52, 32)
        return ident + self.pack("HHIAAAIHHHHHH", kind, machine, 1, entry, sizes[0], 0, 0, *sizes, segments, 0, 0, 0)


LAYOUTS = (Layout(64, "<"), Layout(64, ">"), Layout(32, "<"), Layout(32, ">"))

Value: TypeAlias = "int | str"
"""Of a dynamic tag: a number, or the name of a part, which stands for its address."""


def build(
    layout: Layout = LAYOUTS[0],
    *,
    parts: Sequence[tuple[str, bytes]] = (),
    tags: Sequence[tuple[int, Value]] = (),
    segments: Sequence[tuple[int, str, int]] = (),
    machine: int = 62,
    kind: int = 3,
    base: int = 0x10000,
    entry: str = "",
) -> bytes:
    """A file of one PT_LOAD at `base`, its named parts one after the other, and a dynamic section of these tags.

    `segments`: further program headers as (type, part, alignment); `tags` without an end get one; `entry`: a part.
    """
    rows = [(1, "", 0x1000), *([(DYNAMIC, "dynamic", 8)] if tags else []), *segments]
    at = len(layout.header(kind, machine, 0)) + len(rows) * len(layout.segment(0, 0, 0, 0, 0))
    end = layout.pack("AA", 0, 0)
    placed, where = bytearray(), {"": (0, 0)}
    for name, data in (*parts, ("dynamic", bytes(len(end) * (len(tags) + 1)))):
        placed += bytes(-(at + len(placed)) % 16)
        where[name] = (at + len(placed), len(data))
        placed += data
    values = [(tag, base + where[value][0] if isinstance(value, str) else value) for tag, value in tags]
    section = b"".join(layout.pack("AA", *value) for value in values)
    start = where["dynamic"][0] - at
    placed[start : start + len(section)] = section
    where[""] = (0, at + len(placed))
    headers = [
        layout.segment(each, where[part][0], base + where[part][0], where[part][1], align) for each, part, align in rows
    ]
    header = layout.header(kind, machine, len(rows), base + where[entry][0] if entry else 0)
    return header + b"".join(headers) + bytes(placed)


def strings(*texts: str) -> tuple[bytes, dict[str, int]]:
    """A string table, and where in it each text begins."""
    data, where = b"\0", {"": 0}
    for text in texts:
        where[text] = len(data)
        data += text.encode("utf-8", "surrogateescape") + b"\0"
    return data, where


def sysv_hash(layout: Layout, symbols: int, wide: bool = False) -> bytes:
    """DT_HASH without buckets: all that counts here is the number of symbols."""
    return layout.pack("QQ" if wide else "II", 1, symbols)


def gnu_hash(layout: Layout, first: int, chains: Sequence[int]) -> bytes:
    """DT_GNU_HASH that hashes the symbols from `first` on, in buckets of these sizes."""
    starts, at = [], first
    for length in chains:
        starts.append(at if length else 0)
        at += length
    chain = [0x1000 | (number == length - 1) for length in chains for number in range(length)]
    header = layout.pack("IIII", len(chains), first, 1, 6) + layout.pack("A", 0)
    return header + layout.pack(f"{len(starts) + len(chain)}I", *starts, *chain)


def gnu_hash_of(layout: Layout, names: Sequence[str], first: int, buckets: int) -> bytes:
    """DT_GNU_HASH over these names, which are sorted by bucket; nothing filters."""
    values = [hash_value(name) for name in names]
    places = [value % buckets for value in values]
    starts = [first + places.index(each) if each in places else 0 for each in range(buckets)]
    chain = [value & ~1 | (places[at + 1 : at + 2] != [places[at]]) for at, value in enumerate(values)]
    header = layout.pack("IIII", buckets, first, 1, 6) + layout.pack("A", (1 << layout.bits) - 1)
    return header + layout.pack(f"{buckets + len(chain)}I", *starts, *chain)


def hash_value(name: str) -> int:
    value = 5381
    for byte in name.encode("utf-8", "surrogateescape"):
        value = (value * 33 + byte) % (1 << 32)
    return value


def note(layout: Layout, owner: bytes, kind: int, descriptor: bytes, align: int = 4) -> bytes:
    data = layout.pack("III", len(owner), len(descriptor), kind) + owner
    data += bytes(-len(data) % align) + descriptor
    return data + bytes(-len(data) % align)
