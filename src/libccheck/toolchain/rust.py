"""Which compiler built a Rust program that says so only by the paths of its panic messages."""

from __future__ import annotations

import re
from typing import Any

from libccheck.model import Elf

_SOURCE = re.compile(rb"/rustc/([0-9a-f]{40}|\d+\.\d+\.\d+[\w.-]{0,20})[/\\]+(?:library|src)[/\\]")
_MOST = 1 << 28


def rust_source(elf: Elf, data: Any) -> str | None:
    """The commit (or the release) of the Rust standard library in `data`; None where there is none to be seen."""
    for each in elf.segments:
        if each.type == 1 and not each.flags & 2 and each.offset < len(data):
            match = _SOURCE.search(data, each.offset, min(each.offset + each.filesz, each.offset + _MOST, len(data)))
            if match:
                return match[1].decode("ascii")
    return None
