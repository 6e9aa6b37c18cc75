"""Relocations that want thread-local data at a fixed place: REL_TPOFF of `arch/*/reloc.h`."""

from __future__ import annotations

from collections.abc import Iterator

from libccheck.launch.musl.objects import Object
from libccheck.launch.musl.symbols import Scope, symbols

_OFFSETS = {
    "x86_64": (18,), "x32": (18,), "i386": (14, 37), "arm": (19,), "armhf": (19,), "aarch64": (1030,),
    "ppc64le": (73,), "ppc64": (73,), "ppc": (73,), "s390x": (56,), "riscv64": (11,), "riscv32": (10,),
    "loongarch64": (11,),
}  # fmt: skip
_STB_LOCAL = 0


def static_only(item: Object, scope: Scope) -> Iterator[tuple[str | None, Object]]:
    """The symbols of these relocations, in order, and who defines them.

    One without a symbol is called by the one before it in its table, as the loader has it: None where there is none.
    """
    tables = item.elf.tables.relocations
    kinds = _OFFSETS.get(scope.machine, ())
    for runs in (tables.plt, tables.rel, tables.rela) if tables else ():
        last: str | None = None
        for kind, index, _ in runs:
            if not kind:
                continue
            owner: Object | None = item
            if index:
                table = symbols(item.elf)
                last = table.names[index]
                found = scope.find(last, defined=False) if table.infos[index] >> 4 != _STB_LOCAL else None
                owner = found[0] if found else item if table.infos[index] >> 4 == _STB_LOCAL else None
            if kind in kinds and owner is not None:
                yield last, owner
