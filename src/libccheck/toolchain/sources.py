"""The source files of a program that was not stripped: its STT_FILE symbols (`System V ABI`, symbol table)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from libccheck.model import Elf

_SHT_SYMTAB = 2
_STT_FILE = 4
_MOST_SECTIONS = 4096
_MOST_SYMBOLS = 1 << 16
_LONGEST_NAME = 256
_NOT_ITS_OWN = ("crtstuff.c", "crt1.o", "ld-temp.o")
_OF_THE_START = (
    "init.c",
    "crt1.c",
    "Scrt1.c",
    "rcrt1.c",
    "crti.c",
    "crtn.c",
    "elf-init.c",
    "elf-init-2.33.c",
    "static-reloc.c",
    "abi-note.c",
)
"""What a C library's start files are made of; a program may have a file of such a name too."""

# where e_shoff, e_shentsize and e_shnum stand; a section header; a symbol
_HEADER = {32: (32, "I", 46), 64: (40, "Q", 58)}
_SECTION = {32: "IIIIIIIIII", 64: "IIQQQQIIQQ"}
_SYMBOL = {32: ("IIIBBH", 3), 64: ("IBBHQQ", 1)}


def source_files(elf: Elf, data: Any) -> tuple[str, ...]:
    """Their names without a directory, in link order, each once; () where the program does not say."""
    try:
        names = dict.fromkeys(name.rpartition("/")[2] for name in _files(elf, data))
    except struct.error:
        return ()
    found = tuple(each for each in names if each and each not in _NOT_ITS_OWN)
    return tuple(each for each in found if each not in _OF_THE_START) or found


def _files(elf: Elf, data: Any) -> Iterator[str]:
    order = "<" if elf.little_endian else ">"
    sections = list(_sections(elf, data, order))
    table = next((each for each in sections if each[1] == _SHT_SYMTAB), None)
    if table is None or table[6] >= len(sections):
        return
    start, size, locals_ = table[4], table[5], table[7]
    strings = sections[table[6]][4]
    layout, info = _SYMBOL[elf.bits]
    symbol = struct.Struct(order + layout)
    end = min(start + min(size, min(locals_, _MOST_SYMBOLS) * symbol.size), len(data))
    for each in symbol.iter_unpack(bytes(data[start : end - (end - start) % symbol.size])):
        if each[info] & 15 == _STT_FILE:
            at = strings + each[0]
            name = bytes(data[at : at + _LONGEST_NAME]).partition(b"\0")[0]
            yield name.decode("utf-8", "surrogateescape")


def _sections(elf: Elf, data: Any, order: str) -> Iterator[tuple[Any, ...]]:
    where, word, sizes = _HEADER[elf.bits]
    (offset,) = struct.unpack_from(order + word, data, where)
    size, count = struct.unpack_from(order + "HH", data, sizes)
    layout = struct.Struct(order + _SECTION[elf.bits])
    if size != layout.size:
        return
    for number in range(min(count, _MOST_SECTIONS)):
        yield layout.unpack_from(data, offset + number * size)
