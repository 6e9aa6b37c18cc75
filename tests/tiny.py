"""The smallest programs that really run: one segment, a few instructions that announce the start, every field known.

For x86-64 and i386. The code says `started` on standard output and ends.
"""

from __future__ import annotations

import struct

_TEXT = b"started"
# write(1, text, 7); exit(0): the text follows the code, its address is taken relative to the instruction.
_CODE_64 = bytes.fromhex("b801000000 bf01000000 488d3511000000 ba07000000 0f05 b83c000000 31ff 0f05") + b"\x90"
_CODE_32 = bytes.fromhex("e800000000 59 83c11f b804000000 bb01000000 ba07000000 cd80 b801000000 31db cd80") + b"\x90"

_HEADER = {64: "<16sHHIQQQIHHHHHH", 32: "<16sHHIIIIIHHHHHH"}
_ENTRY = {64: "<IIQQQQQQ", 32: "<IIIIIIII"}

Segment = tuple[int, int, int, int, int, int]
"""type, flags, offset, vaddr, filesz, memsz"""


def program(
    *,
    bits: int = 64,
    kind: int = 2,
    interpreter: bytes | None = None,
    data: bool = False,
    machine: int | None = None,
    base: int | None = None,
) -> bytes:
    """An ET_EXEC (2) or ET_DYN (3) of one executable segment; `data` adds a writable one that ends in zeros."""
    start = (0x400000 if kind == 2 else 0) if base is None else base
    size = struct.calcsize(_HEADER[bits])
    count = 1 + (interpreter is not None) + data
    at = size + count * struct.calcsize(_ENTRY[bits])
    code = (_CODE_64 if bits == 64 else _CODE_32) + _TEXT
    text = b"" if interpreter is None else interpreter + b"\0"
    end = at + len(code) + len(text)
    segments: list[Segment] = [(1, 5, 0, start, end, end)]
    if interpreter is not None:
        segments.insert(0, (3, 4, at + len(code), start + at + len(code), len(text), len(text)))
    if data:
        segments.append((1, 6, end, start + 0x1000 + end, 40, 400))
    ident = bytes([127, 69, 76, 70, bits // 32, 1, 1]) + bytes(9)
    arch = machine if machine is not None else (62 if bits == 64 else 3)
    sizes = (size, struct.calcsize(_ENTRY[bits]), count, 0, 0, 0)
    header = struct.pack(_HEADER[bits], ident, kind, arch, 1, start + at, size, 0, 0, *sizes)
    return header + b"".join(_segment(bits, each) for each in segments) + code + text + (b"D" * 40 if data else b"")


def header_size(data: bytes) -> int:
    """How many bytes the ELF header and the program headers of such a program take."""
    bits = 64 if data[4] == 2 else 32
    count = int.from_bytes(data[56:58] if bits == 64 else data[44:46], "little")
    return struct.calcsize(_HEADER[bits]) + count * struct.calcsize(_ENTRY[bits])


def patched(data: bytes, offset: int, form: str, value: int) -> bytes:
    """One field overwritten; `form` as in struct."""
    field = struct.pack(form, value)
    return data[:offset] + field + data[offset + len(field) :]


def _segment(bits: int, segment: Segment) -> bytes:
    kind, flags, offset, vaddr, filesz, memsz = segment
    if bits == 64:
        return struct.pack(_ENTRY[64], kind, flags, offset, vaddr, 0, filesz, memsz, 0x1000)
    return struct.pack(_ENTRY[32], kind, offset, vaddr, 0, filesz, memsz, flags, 0x1000)
