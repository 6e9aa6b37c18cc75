"""An ELF file whose fields can be overwritten in place; a reader of its own, so that it shares no mistake with ours."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

LOAD, DYNAMIC, INTERP, NOTE, PHDR, TLS = 1, 2, 3, 4, 6, 7
PROPERTY, STACK, RELRO = 0x6474E553, 0x6474E551, 0x6474E552

_HEADER = {
    "class": (4, "B"), "data": (5, "B"), "ident-version": (6, "B"), "osabi": (7, "B"), "abi-version": (8, "B"),
    "padding": (9, "B"), "type": (16, "H"), "machine": (18, "H"), "version": (20, "I"), "entry": (24, "Q"),
    "phoff": (32, "Q"), "shoff": (40, "Q"), "flags": (48, "I"), "ehsize": (52, "H"), "phentsize": (54, "H"),
    "phnum": (56, "H"),
}  # fmt: skip
_SEGMENT = {
    "type": (0, "I"), "flags": (4, "I"), "offset": (8, "Q"), "vaddr": (16, "Q"), "filesz": (32, "Q"),
    "memsz": (40, "Q"), "align": (48, "Q"),
}  # fmt: skip
_SYMBOL = {"name": (0, "I"), "info": (4, "B"), "other": (5, "B"), "section": (6, "H"), "value": (8, "Q"),
           "size": (16, "Q")}  # fmt: skip

_POINTERS = (4, 5, 7, 12, 13, 17, 23, 25, 26, 36, 0x6FFFFEF5, 0x6FFFFFF0, 0x6FFFFFFC, 0x6FFFFFFE)
"""Tags that say where something is, which may follow the symbol table."""


class Tag(NamedTuple):
    """One entry of the dynamic section; `at`: where it is in the file."""

    at: int
    tag: int
    value: int


class Name(NamedTuple):
    """A version that is wanted or defined: its text, where that is, and where its hash and its flags are."""

    text: str
    at: int
    hash_at: int
    flags_at: int
    name_at: int
    file: str = ""


class Binary:
    """A 64-bit little-endian file; `data` is what has become of it."""

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)
        self._dynamic: list[Tag] | None = None

    def get(self, field: str) -> int:
        return self._read(*_HEADER[field])

    def set(self, field: str, value: int) -> None:
        self._write(*_HEADER[field], value)

    @property
    def segments(self) -> list[int]:
        """The types of the program headers."""
        return [self.segment(each, "type") for each in range(self.get("phnum"))]

    def segment(self, index: int, field: str) -> int:
        return self._read(*self._place(index, field))

    def set_segment(self, index: int, field: str, value: int) -> None:
        at, form = self._place(index, field)
        self._write(at, form, value)

    def offset(self, address: int) -> int:
        """Where in the file that address is."""
        for index, kind in enumerate(self.segments):
            start = self.segment(index, "vaddr")
            if kind == LOAD and start <= address < start + self.segment(index, "filesz"):
                return address - start + self.segment(index, "offset")
        raise ValueError(f"{address:#x} is in no segment")

    @property
    def tags(self) -> list[Tag]:
        if self._dynamic is None:
            self._dynamic = list(self._tags())
        return self._dynamic

    def value(self, tag: int) -> int | None:
        return next((each.value for each in self.tags if each.tag == tag), None)

    def set_tag(self, entry: Tag, tag: int, value: int) -> None:
        self.put(entry.at, "QQ", tag, value)

    def text(self, at: int) -> tuple[str, int]:
        """The string at this offset of the string table, and where that is in the file."""
        start = self.offset(self.value(5) or 0) + at
        return self.data[start : self.data.index(0, start)].decode("latin-1"), start

    @property
    def needed(self) -> list[Tag]:
        return [each for each in self.tags if each.tag == 1]

    def versions_needed(self) -> Iterator[Name]:
        address = self.value(0x6FFFFFFE)
        at = self.offset(address) if address else 0
        while at:
            _, count, file, first, following = struct.unpack_from("<HHIII", self.data, at)
            entry = at + first
            for _ in range(count):
                _, _, _, name, after = struct.unpack_from("<IHHII", self.data, entry)
                text, where = self.text(name)
                yield Name(text, where, entry, entry + 4, entry + 8, self.text(file)[0])
                entry += after
            at = at + following if following else 0

    def versions_defined(self) -> Iterator[Name]:
        address = self.value(0x6FFFFFFC)
        at = self.offset(address) if address else 0
        while at:
            _, _, _, _, _, first, following = struct.unpack_from("<HHHHIII", self.data, at)
            (name,) = struct.unpack_from("<I", self.data, at + first)
            text, where = self.text(name)
            yield Name(text, where, at + 8, at + 2, at + first)
            at = at + following if following else 0

    def symbols(self) -> list[tuple[str, int]]:
        """The name of each dynamic symbol, and where the symbol is in the file; the first is the null symbol."""
        table = self.value(6) or 0
        start = self.offset(table)
        behind = min(each.value for each in self.tags if each.tag in _POINTERS and each.value > table)
        count = (behind - table) // 24
        found = []
        for index in range(count):
            at = start + 24 * index
            (name,) = struct.unpack_from("<I", self.data, at)
            found.append((self.text(name)[0] if name < (self.value(10) or 0) else "", at))
        return found

    def symbol(self, at: int, field: str) -> int:
        shift, form = _SYMBOL[field]
        return self._read(at + shift, form)

    def set_symbol(self, at: int, field: str, value: int) -> None:
        shift, form = _SYMBOL[field]
        self._write(at + shift, form, value)

    def relocations(self) -> list[int]:
        """Where each entry of DT_RELA and DT_JMPREL is."""
        found: list[int] = []
        for table, size in ((7, 8), (23, 2)):
            start, length = self.value(table), self.value(size) or 0
            if start is not None:
                first = self.offset(start)
                found += range(first, first + length, 24)
        return found

    def notes(self, kind: int) -> Iterator[int]:
        """Where the descriptors of the notes of this type are, of owner GNU."""
        for index, segment in enumerate(self.segments):
            if segment != NOTE:
                continue
            at, align = self.segment(index, "offset"), max(self.segment(index, "align"), 4)
            end = at + self.segment(index, "filesz")
            while at + 12 <= end:
                name, size, found = struct.unpack_from("<III", self.data, at)
                descriptor = at + 12 + name + -(12 + name) % align
                if found == kind and self.data[at + 12 : at + 16] == b"GNU\0":
                    yield descriptor
                at = descriptor + size + -size % align

    def put(self, at: int, form: str, *values: int) -> None:
        struct.pack_into(f"<{form}", self.data, at, *values)

    def _tags(self) -> Iterator[Tag]:
        where = next((at for at, kind in enumerate(self.segments) if kind == DYNAMIC), None)
        if where is None:
            return
        start, size = self.segment(where, "offset"), self.segment(where, "filesz")
        for at in range(start, start + size, 16):
            tag, value = struct.unpack_from("<QQ", self.data, at)
            if not tag:
                return
            yield Tag(at, tag, value)

    def _place(self, index: int, field: str) -> tuple[int, str]:
        at, form = _SEGMENT[field]
        return self.get("phoff") + 56 * index + at, form

    def _read(self, at: int, form: str) -> int:
        value: int = struct.unpack_from(f"<{form}", self.data, at)[0]
        return value

    def _write(self, at: int, form: str, value: int) -> None:
        struct.pack_into(f"<{form}", self.data, at, value & ((1 << 8 * struct.calcsize(f"<{form}")) - 1))
