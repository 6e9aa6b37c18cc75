"""Which loader or libc a file really is, of which release and with which features, by its content."""

from __future__ import annotations

from typing import Any

from libccheck.model import Elf, Loader

__all__ = ["identify", "may_be"]

_STUB_SIZE = 1 << 17
"""A loader that only starts another one is not larger, in bytes."""


def identify(elf: Elf, view: Any) -> Loader | None:
    """The loader or C library that this file is; None where it is neither."""
    if not may_be(elf):
        return None
    from libccheck.identify.families import known  # most files need none of this, and it costs a start something

    return known(elf, view)


def may_be(elf: Elf) -> bool:
    """Whether it is worth looking at the whole file; costs next to nothing for other libraries and programs."""
    if elf.soname is not None:
        return elf.soname.startswith(("ld", "libc."))
    if elf.kind != 3 or elf.interpreter is not None or elf.needed or not elf.tags:
        return False
    if elf.size < _STUB_SIZE:
        return True
    start, tables = "__libc_start_main", elf.tables
    return bool(tables.named(start) if elf.gnu_hash is None else tables.hashed(start, elf.gnu_hash))
