"""The part of the static TLS block that is left for what comes later: `ldso/ldso/dl-tls.c`."""

from __future__ import annotations

from collections.abc import Sequence

from libccheck.launch.uclibc.objects import LeftOutError, Object, StoppedError
from libccheck.model import Died, Finding

_PT_TLS = 7
_SURPLUS, _LEAST_ALIGN, _MOST_ALIGN = 164, 16, 64
"""Bytes: TLS_STATIC_SURPLUS, and between which the alignment of a thread's control block lies."""
_OFFSETS = {3: (14, 37), 62: (18,), 40: (19,), 183: (1030,)}
"""By machine: the types that store an offset from the thread pointer (R_*_TPOFF)."""
_NO_ROOM = 30
_TEXT = "cannot allocate memory in static TLS block"


class StaticTls:
    """Gives room to objects that dlopen(3) brings, as long as there is some; that there is none ends the process."""

    def __init__(self, before: Sequence[Object]) -> None:
        self._placed = set(before)
        self._align = max(
            (each.align for item in before for each in item.elf.segments if each.type == _PT_TLS), default=1
        )
        self._used = 0

    def see(self, kind: int, owner: Object) -> None:
        """CHECK_STATIC_TLS(): a relocation of that type, and the object whose variable it is about."""
        if owner in self._placed or kind not in _OFFSETS.get(owner.elf.machine, ()):
            return
        self._placed.add(owner)
        blocks = [(each.memsz, max(each.align, 1)) for each in owner.elf.segments if each.type == _PT_TLS]
        size, align = blocks[-1] if blocks else (0, 1)
        self._used += -(-size // align) * align
        if align > max(_MOST_ALIGN, self._align) or self._used > _SURPLUS + max(_MOST_ALIGN, self._align):
            message = (
                f"{owner.name} wants {size} bytes of the static TLS block, of which so many are not kept for dlopen"
            )
            raise StoppedError(Died(_NO_ROOM, None, _TEXT), Finding("LC209", owner.name, message, ()))
        if align > max(_LEAST_ALIGN, self._align) or self._used > _SURPLUS:
            raise LeftOutError(f"whether {size} bytes are left in the static TLS block for {owner.name}")
