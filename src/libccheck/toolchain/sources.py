"""The source files of a program that was not stripped: its STT_FILE symbols (`System V ABI`, symbol table)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from libccheck.model import Elf
from libccheck.toolchain.sections import sections

_SHT_SYMTAB = 2
_STT_FILE = 4
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

# a symbol, and where in it st_info stands
_SYMBOL = {32: ("IIIBBH", 3), 64: ("IBBHQQ", 1)}


def source_files(elf: Elf, data: Any) -> tuple[str, ...]:
    """Their names without a directory, in link order, each once; () where the program does not say."""
    names = dict.fromkeys(name.rpartition("/")[2] for name in _files(elf, data))
    found = tuple(each for each in names if each and each not in _NOT_ITS_OWN)
    return tuple(each for each in found if each not in _OF_THE_START) or found


def _files(elf: Elf, data: Any) -> Iterator[str]:
    order = "<" if elf.little_endian else ">"
    held = sections(elf, data)
    table = next((each for each in held if each.type == _SHT_SYMTAB), None)
    if table is None or table.link >= len(held):
        return
    start, strings = table.offset, held[table.link].offset
    layout, info = _SYMBOL[elf.bits]
    symbol = struct.Struct(order + layout)
    end = min(start + min(table.size, min(table.info, _MOST_SYMBOLS) * symbol.size), len(data))
    for each in symbol.iter_unpack(bytes(data[start : end - (end - start) % symbol.size])):
        if each[info] & 15 == _STT_FILE:
            at = strings + each[0]
            name = bytes(data[at : at + _LONGEST_NAME]).partition(b"\0")[0]
            yield name.decode("utf-8", "surrogateescape")
