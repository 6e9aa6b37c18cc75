"""ELF files in buffers that will not stay: of their bytes only what the lazy tables look at is held on to."""

from __future__ import annotations

from typing import Any

from libccheck.content import content
from libccheck.elf import Sparse, parts, read
from libccheck.model import Content


def condensed(view: Any, path: str) -> tuple[Content, int]:
    """The content of an ELF file whose bytes will not stay, and how many bytes of it are held on to."""
    whole = content(view, path)
    if whole.elf is None:  # as rare as a library whose magic was overwritten
        return content(bytes(view), path), len(view)
    ranges = parts(view)
    elf = read(Sparse(len(view), [(offset, view[offset : offset + length]) for offset, length in ranges]))
    return whole._replace(elf=elf), sum(length for _, length in ranges)
