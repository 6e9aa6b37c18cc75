"""The first call into the C library, by the loader itself: `elf/dl-call-libc-early-init.c`."""

from __future__ import annotations

from libccheck.launch.glibc.lookup import is_definition, symbols_of
from libccheck.launch.glibc.state import LIBRARY, MAIN, Loading, Object

_LIBC, _FUNCTION, _VERSION = "libc.so.6", "__libc_early_init", "GLIBC_PRIVATE"
_LINE, _ASSERTION = 37, "sym != NULL"


def check(loading: Loading) -> None:
    """Since 2.32: what calls itself libc.so.6 has to have the function; what does not is never called."""
    if not loading.release.since(32):
        return
    own = [each for each in loading.chain if each.kind in (MAIN, LIBRARY)]
    libc = next((each for each in own if each.elf.soname == _LIBC), None)
    if libc is None:
        _check_stray(loading, own)
    elif not _has(loading, libc):
        raise loading.inconsistent("dl-call-libc-early-init.c", "_dl_call_libc_early_init", _LINE, _ASSERTION)


def _check_stray(loading: Loading, own: list[Object]) -> None:
    """A C library of another name is not made ready, which those of 2.41 and later do not miss before the program."""
    stray = next((each for each in own if each.kind == LIBRARY and each.elf.tables.named(_FUNCTION)), None)
    if stray is not None and not loading.release.since(41):
        reason = f"whether {stray.name} can do without being made ready, as it does not call itself {_LIBC}"
        raise loading.undecided(reason, "LC902", stray.name)


def _has(loading: Loading, libc: Object) -> bool:
    """_dl_lookup_direct()."""
    elf, symbols = libc.elf, symbols_of(loading, libc)
    positions = elf.tables.named(_FUNCTION) if elf.gnu_hash is None else elf.tables.hashed(_FUNCTION, elf.gnu_hash)
    for at in positions:
        if not is_definition(loading, symbols, at, 0):
            continue
        if not libc.versions:
            raise loading.crash("SIGSEGV", f"{libc.name} has no versions")
        version = libc.versions.get(symbols.versions[at] & 0x7FFF) if at < len(symbols.versions) else None
        if version is not None and version.key == (_VERSION, None):
            return True
    return False
