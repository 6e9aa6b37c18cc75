"""Which symbol uClibc's loader finds: `_dl_find_hash` of `ldso/dl-hash.c`. It knows no versions."""

from __future__ import annotations

from collections.abc import Sequence

from libccheck.launch.uclibc.objects import PROGRAM, FaultError, LeftOutError, Object
from libccheck.launch.uclibc.versions import Features
from libccheck.model import Elf, Symbols

PLT, COPY = 1, 2  # ELF_RTYPE_CLASS_
WEAK, TLS = 2, 6  # STB_WEAK, STT_TLS
_GLOBAL, _FUNCTION, _COMMON = 1, 2, 5
_UNDEFINED = 0
_DT_SYMTAB = 6


class Scope:
    """The objects whose symbols are looked up, in order."""

    def __init__(self, objects: Sequence[Object], known: Features) -> None:
        self._objects = list(objects)
        self._known = known
        self._found: dict[tuple[str, int], tuple[Object, int] | None] = {}

    def find(self, name: str, type_class: int) -> tuple[Object, int] | None:
        """The first match, whether or not the loader can then do something with it."""
        key = (name, type_class)
        if key not in self._found:
            self._found[key] = self._search(name, type_class)
        return self._found[key]

    def _search(self, name: str, type_class: int) -> tuple[Object, int] | None:
        for each in self._objects:
            if type_class & COPY and each.kind == PROGRAM:
                continue
            if _DT_SYMTAB in each.elf.tags and not table_of(each.elf).names:
                raise FaultError("SIGSEGV", each.name)  # the table lies where nothing was mapped
            for index in self._hashed(each.elf, name):
                if self._counts(table_of(each.elf), index, type_class):
                    return each, index
        return None

    def _hashed(self, elf: Elf, name: str) -> list[int]:
        """The symbols of that name that the hash table leads to."""
        if elf.gnu_hash is not None and self._known.gnu_hash is None and not elf.sysv_hash:
            raise LeftOutError("whether the loader reads the hash table of a library")
        if elf.gnu_hash is None or not self._known.gnu_hash:
            return [index for index in reversed(_named(elf, name)) if index] if elf.sysv_hash else []
        table_of(elf)
        return elf.tables.hashed(name, elf.gnu_hash)

    def _counts(self, table: Symbols, index: int, type_class: int) -> bool:
        """check_match()"""
        kind = table.infos[index] & 15
        if type_class & PLT and table.sections[index] == _UNDEFINED:
            return False
        if not table.valued[index] and not (self._known.tls and kind == TLS):
            return False
        return kind <= _FUNCTION or kind == _COMMON or (self._known.tls and kind == TLS)


def table_of(elf: Elf) -> Symbols:
    if elf.tables.symbols is None:
        raise LeftOutError("the dynamic symbols of a library were not kept")
    return elf.tables.symbols


def has_address(table: Symbols, index: int) -> bool:
    """Whether a match is bound: unique and local symbols are not, and a TLS symbol's offset may be 0."""
    if table.infos[index] & 15 == TLS:
        return bool(table.valued[index])
    return table.infos[index] >> 4 in (_GLOBAL, WEAK)


def _named(elf: Elf, name: str) -> list[int]:
    table_of(elf)
    return elf.tables.named(name)
