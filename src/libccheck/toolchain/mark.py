"""What is said of a program besides its compiler, and where in its bytes such things are looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from libccheck.model import Elf
from libccheck.record import NamedTuple

NEAR = 1 << 16
"""How far from its ends what is appended to a program is looked for, in bytes."""
_MOST = 1 << 28
_PT_LOAD = 1
_WRITABLE = 2


class Mark(NamedTuple):
    """name: "go" (without build information), "upx", "pyinstaller", "nuitka", "dotnet", "node", "bun", "python", ...

    version: of that, as far as the file says, else "". detail: what it is there, as in "single file".
    """

    name: str
    version: str
    detail: str


def spans(elf: Elf, size: int, *, writable: bool | None = None) -> Iterator[tuple[int, int]]:
    """Where in the file's `size` bytes the parts are that are loaded: starts and ends, no byte twice, in order.

    writable: only those that the program may write, or only the others. Together they are no more than 256 MiB.
    """
    loaded = [
        (each.offset, min(each.offset + each.filesz, size))
        for each in elf.segments
        if each.type == _PT_LOAD and writable in (None, bool(each.flags & _WRITABLE))
    ]
    done, left = 0, _MOST
    for start, end in sorted(loaded):
        start, end = max(start, done), min(end, max(start, done) + left)
        if start < end:
            yield start, end
            done, left = end, left - (end - start)


def loaded(pattern: re.Pattern[bytes], elf: Elf, data: Any, *, writable: bool | None = None) -> re.Match[bytes] | None:
    """The first place in the parts that are loaded."""
    found = (pattern.search(data, start, end) for start, end in spans(elf, len(data), writable=writable))
    return next((each for each in found if each), None)


def anywhere(pattern: re.Pattern[bytes], data: Any) -> re.Match[bytes] | None:
    """The first place in the file, of which no more than 256 MiB are looked at."""
    return pattern.search(data, 0, min(len(data), _MOST))


def version(pattern: re.Pattern[bytes], data: Any) -> str:
    """The group of the first place in the file; "" where there is none."""
    match = anywhere(pattern, data)
    return match[1].decode("ascii", "replace") if match else ""
