"""The part of the static TLS block that is left for what comes later: `elf/dl-reloc.c`, `elf/dl-tls.c`."""

from __future__ import annotations

from libccheck.launch.glibc.state import Loading, Object
from libccheck.model import Finding

_PT_TLS = 7
_SURPLUS, _ALIGN = 1664, 64  # bytes: TLS_STATIC_SURPLUS, and what rounding the block up may add
_OFFSETS = {3: (14, 37), 62: (18, 23), 40: (19,), 183: (1030,), 21: (73,), 22: (56,), 243: (11,), 258: (11,)}
"""By machine: the types that store an offset from the thread pointer (R_*_TPOFF)."""


class StaticTls:
    """Gives room to objects that dlopen(3) brings, as long as there is some; `findings` are about who took it."""

    def __init__(self, loading: Loading, new: list[Object]) -> None:
        self._loading = loading
        self._waiting = {id(each) for each in new}
        self._used = 0
        self.findings: list[Finding] = []

    def see(self, kind: int, owner: Object) -> None:
        """CHECK_STATIC_TLS(): a relocation of that type, and the object whose variable it is about."""
        if id(owner) not in self._waiting or kind not in _OFFSETS.get(owner.elf.machine, ()):
            return
        self._waiting.discard(id(owner))
        size = self._allocate(owner)
        message = f"{owner.name} takes {size} of the {_SURPLUS} bytes of static TLS that are kept for dlopen"
        self.findings.append(Finding("LC303", owner.name, message, ()))

    def _allocate(self, owner: Object) -> int:
        """_dl_try_allocate_static_tls(); the size in bytes."""
        blocks = [(each.memsz, max(each.align, 1)) for each in owner.elf.segments if each.type == _PT_TLS]
        size, align = blocks[-1] if blocks else (0, 1)
        self._used += -(-size // align) * align
        if align > _ALIGN or self._used > _SURPLUS + _ALIGN:
            raise self._loading.fail("cannot allocate memory in static TLS block", owner.name, "LC209", owner.name)
        if self._used > _SURPLUS:
            reason = f"whether {size} bytes are left in the static TLS block for {owner.name}"
            raise self._loading.undecided(reason, "LC902", owner.name)
        return size
