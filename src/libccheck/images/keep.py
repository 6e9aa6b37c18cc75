"""What every source keeps of a file alike, so that the same file is the same value wherever it was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from libccheck.model import Content

HEAD = 256
NOTHING = Content(b"", None, None, None)
_MAGIC = b"\x7fELF"


def kept(found: Content, mode: int) -> Content:
    """Of data that nobody can execute, nothing: neither kernel nor loader would tell two of them apart."""
    if found.elf or found.unmarked or found.text is not None or mode & 0o111 or found.head.startswith(b"#!"):
        return found
    return NOTHING


def is_elf(head: Any) -> bool:
    return bytes(head[:4]) == _MAGIC


def holding(found: Content) -> Callable[[], Content]:
    """A `File.load` for what is in memory already."""
    return nothing if found is NOTHING else lambda: found


def nothing() -> Content:
    """The `File.load` of all data files."""
    return NOTHING
