"""Which object defines a symbol: do_lookup_x() of `elf/dl-lookup.c`."""

from __future__ import annotations

from collections.abc import Sequence

from libccheck.launch.glibc.state import MAIN, VDSO, Loading, Object, Version
from libccheck.model import NARROW, Symbols

PLT, COPY = 1, 2
_ALLOWED = frozenset((0, 1, 2, 5, 6, 10))  # NOTYPE, OBJECT, FUNC, COMMON, TLS, GNU_IFUNC
_STT_TLS = 6
_UNDEFINED, _ABSOLUTE = 0, 2
_HIDDEN = 0x8000
_STV_INTERNAL, _STV_HIDDEN, _STV_PROTECTED = 1, 2, 3
_STB_GLOBAL, _STB_WEAK, _STB_GNU_UNIQUE = 1, 2, 10


def look_up(
    loading: Loading, scope: list[Object], name: str, version: Version | None, type_class: int
) -> tuple[Object, int] | Object | None:
    """The object and the index of the definition. An object alone: until 2.29, the one that should have had it."""
    strict = loading.release.has("relocation-error")
    for item in scope:
        if item.kind == VDSO or (type_class & COPY and item.kind == MAIN):
            continue
        found = _in_object(loading, item, name, version, type_class)
        if found is not None:
            if found:
                return item, found
            continue
        if version is not None and version.file and strict and item.answers_to(version.file):
            return item
    return None


def symbols_of(loading: Loading, item: Object) -> Symbols:
    symbols = item.elf.tables.symbols
    if symbols is None:
        raise loading.undecided(f"the symbols of {loading.shown(item)} were left out", "LC902", loading.shown(item))
    return symbols


def is_definition(loading: Loading, symbols: Symbols, at: int, type_class: int) -> bool:
    """Whether an entry of a symbol table is one for this kind of look-up, its version aside."""
    kind, section = symbols.infos[at] & 15, symbols.sections[at]
    if not symbols.valued[at] and kind != _STT_TLS and not (section == _ABSOLUTE and loading.release.since(28)):
        return False
    return not (type_class & PLT and section == _UNDEFINED) and kind in _ALLOWED


def _in_object(loading: Loading, item: Object, name: str, version: Version | None, type_class: int) -> int | None:
    """The index in that object's table; 0 where it is there but hidden; None where it is not."""
    elf = item.elf
    positions: Sequence[int] = ()
    if elf.gnu_hash is not None:
        positions = elf.tables.hashed(name, elf.gnu_hash)
    elif elf.sysv_hash == NARROW:
        raise loading.crash("SIGSEGV", f"{loading.shown(item)} has a hash table that this loader reads wrongly")
    elif elf.sysv_hash:
        positions = [index for index in elf.tables.named(name) if index]
    if not positions:
        if elf.tables.symbols is None:
            symbols_of(loading, item)
        return None
    symbols = symbols_of(loading, item)
    fallback = fallbacks = 0
    for at in positions:
        if not is_definition(loading, symbols, at, type_class):
            continue
        matches = _version_matches(loading, item, symbols, at, version)
        if matches:
            return _visible(loading, symbols, at)
        if matches is None:
            fallbacks += 1
            fallback = fallback or at
    return _visible(loading, symbols, fallback) if fallbacks == 1 else None


def _version_matches(loading: Loading, item: Object, symbols: Symbols, at: int, version: Version | None) -> bool | None:
    """None: not for now, but if it stays the only one of its name."""
    own = symbols.versions[at] if at < len(symbols.versions) and item.versions else None
    if version is None:
        if own is None or own & 0x7FFF < 3:
            return True
        return False if own & _HIDDEN else None
    if own is None:
        _must_be_another(loading, item, version)
        return True
    defined = item.versions.get(own & 0x7FFF)
    if defined is not None and defined.key == version.key:
        return True
    return not (version.hidden or (defined is not None and defined.name) or own & _HIDDEN)


def _must_be_another(loading: Loading, item: Object, version: Version) -> None:
    """Until 2.40 the loader takes it for its own mistake that the object named in the need has no versions at all."""
    found = loading.release.name_match()
    if version.file is not None and found is not None and item.answers_to(version.file):
        raise loading.inconsistent("dl-lookup.c", "check_match", *found)


def _visible(loading: Loading, symbols: Symbols, at: int) -> int | None:
    if symbols.others[at] & 3 in (_STV_INTERNAL, _STV_HIDDEN) and loading.release.since(24):
        return 0
    bound = symbols.infos[at] >> 4
    return at if bound in (_STB_GLOBAL, _STB_WEAK, _STB_GNU_UNIQUE) else 0
