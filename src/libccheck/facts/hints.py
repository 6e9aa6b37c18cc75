"""What a program may open while it runs: strings that look like libraries, in one that imports dlopen."""

from __future__ import annotations

import re
from typing import Any

from libccheck.model import Elf, Segment

_IMPORTS = ("dlopen", "dlmopen", "__libc_dlopen_mode")
_NAME = re.compile(rb"lib[\w.+-]{1,64}?\.so(?:\.[0-9][\w.]{0,24})?(?=\0)")
_DIRECTORY = re.compile(rb"/(?:[\w.+-]{1,64}/){0,16}")
_LONGEST_DIRECTORY = 256
_MOST = 64
_MOST_BYTES = 1 << 28


def imports_dlopen(elf: Elf) -> bool:
    return not elf.tables.imports.isdisjoint(_IMPORTS)


def dlopen_names(elf: Elf, data: Any) -> tuple[str, ...]:
    """Names and paths of libraries among its constants, sorted, without those that it needs anyway."""
    if not imports_dlopen(elf):
        return ()
    known = {*elf.needed, elf.soname, *(each.file for each in elf.versions_needed)}
    found: set[str] = set()
    budget = _MOST_BYTES
    for each in _constants(elf):
        if budget <= 0 or each.offset >= len(data):
            continue
        end = min(each.offset + each.filesz, each.offset + budget, len(data))
        budget -= max(0, end - each.offset)
        for match in _NAME.finditer(data, each.offset, end):
            name = _whole(data, match.start(), match.end())
            if name is not None and name not in known:
                found.add(name)
            if len(found) == _MOST:
                return tuple(sorted(found))
    return tuple(sorted(found))


def _constants(elf: Elf) -> list[Segment]:
    """What is mapped read-only, or all of it where nothing is."""
    loads = [each for each in elf.segments if each.type == 1]
    return [each for each in loads if not each.flags & 2] or loads


def _whole(data: Any, start: int, end: int) -> str | None:
    """The string that ends here, if it is nothing but a library's name or path."""
    before = bytes(data[max(0, start - _LONGEST_DIRECTORY) : start]).rpartition(b"\0")[2]
    if before and not _DIRECTORY.fullmatch(before):
        return None
    return (before + bytes(data[start:end])).decode("ascii")
