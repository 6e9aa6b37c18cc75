"""The facts of a package's file, less what makes no difference: how it is bound to the libraries that it needs.

A distribution builds its packages against each other, so what one imports is exported by what it needs, as far as the
versions are there that it asks for; those are kept. Of a library's symbols its exports are, where its package was
asked for and is not only loaded with another, and of a program's its imports, by which advice tells what it uses.
"""

from __future__ import annotations

from collections.abc import Callable

from libccheck.images.condense import condensed
from libccheck.images.keep import nothing
from libccheck.model import Content, Elf, Relocations, Symbols, Tables

_MAGIC = b"\x7fELF"
_LOCAL = 0


def facts(path: str, data: bytes, *, exports: bool) -> Callable[[], Content]:
    """A file's `load`; `exports`: whether other programs may need those of it."""
    if data[:4] != _MAGIC:
        return nothing
    found: Content = condensed(memoryview(data), path)[0]
    if found.elf is not None and found.loader is None:
        found = found._replace(elf=_unbound(found.elf, exports=exports))
    return lambda: found


def _unbound(elf: Elf, *, exports: bool) -> Elf:
    """Its symbols by name: in which order the table has different names makes no difference."""
    symbols = elf.tables.symbols
    if symbols is None:
        return elf
    is_library = elf.interpreter is None
    kept = [
        at
        for at, (info, section) in enumerate(zip(symbols.infos, symbols.sections, strict=True))
        if info >> 4 != _LOCAL and (bool(section) and exports if is_library else not section)
    ]
    rows = [0, *sorted(kept, key=lambda at: symbols.names[at])]
    left = Symbols(
        tuple(symbols.names[at] for at in rows),
        *(bytes(each[at] for at in rows) for each in symbols[1:5]),
        *(tuple(each[at] for at in rows) if each else () for each in symbols[5:]),
    )
    hashed = None if elf.gnu_hash is None else 1
    return elf._replace(gnu_hash=hashed, tables=Tables(lambda: left, lambda: Relocations((), (), ())))
