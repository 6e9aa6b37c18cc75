"""Whether a library has code of its own that its loader runs before the program's."""

from __future__ import annotations

from libccheck.model import Elf

_DT_INIT = 12


def has_constructors(elf: Elf) -> bool:
    """What compilers add to every library does nothing: one function, which goes with a DT_INIT."""
    return (elf.constructors or 0) > (_DT_INIT in elf.tags)
