"""What a signature may ask of a file that could be a loader."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from libccheck.elf.dynamic import Dynamic, Image
from libccheck.model import Elf

_PT_LOAD, _EXECUTABLE, _WRITABLE = 1, 1, 2
_DT_PLTGOT = 3


class Facts:
    """A file and its read-only bytes; what costs something is read when first asked for."""

    def __init__(self, elf: Elf, view: Any) -> None:
        self.elf = elf
        self._view = view
        loads = [each for each in elf.segments if each.type == _PT_LOAD and not each.flags & _WRITABLE]
        plain = [each for each in loads if not each.flags & _EXECUTABLE]
        self._constants = [(each.vaddr, self._bytes(each.offset, each.filesz)) for each in plain or loads]
        self.text = b"\0".join([data for _, data in self._constants])

    @cached_property
    def code(self) -> list[tuple[int, bytes]]:
        """The executable segments as (address, bytes)."""
        loads = [each for each in self.elf.segments if each.type == _PT_LOAD and each.flags & _EXECUTABLE]
        return [(each.vaddr, self._bytes(each.offset, each.filesz)) for each in loads]

    @cached_property
    def exports(self) -> frozenset[str]:
        symbols = self.elf.tables.symbols
        return frozenset(symbols.names if symbols else ())

    @cached_property
    def got(self) -> int:
        """The address of the global offset table, from which i386 code counts."""
        elf = self.elf
        image = Image(self._view, elf.size, elf.bits, elf.little_endian, elf.machine, elf.segments)
        return Dynamic(image).value.get(_DT_PLTGOT, 0)

    def address(self, part: bytes) -> int | None:
        """Where the string with these bytes is mapped; None where they are not there."""
        for start, data in self._constants:
            at = data.find(part)
            if at >= 0:
                return start + data.rfind(b"\0", 0, at) + 1
        return None

    def string(self, part: bytes) -> str:
        """The NUL-terminated string that these bytes are part of; "" where they are not there."""
        at = self.text.find(part)
        return text(self.text[self.text.rfind(b"\0", 0, at) + 1 : self.text.find(b"\0", at)]) if at >= 0 else ""

    def between(self, before: bytes, after: bytes) -> str | None:
        """What stands between the two, at most 64 bytes."""
        start = self.text.find(before) + len(before)
        end = self.text.find(after, start, start + 64) if start >= len(before) else -1
        return text(self.text[start:end]) if end >= 0 else None

    def _bytes(self, offset: int, length: int) -> bytes:
        return bytes(self._view[min(offset, self.elf.size) : min(offset + length, self.elf.size)])


def text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
