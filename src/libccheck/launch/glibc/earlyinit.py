"""What the loader looks up in the C library for itself, and its first call there: the end of dl_main() in `elf/rtld.c`,
`elf/dl-minimal-malloc.c`, `sysdeps/nptl/dl-mutex.c`, `elf/dl-call-libc-early-init.c`.
"""

from __future__ import annotations

from libccheck.launch.glibc.lookup import is_definition, look_up, symbols_of
from libccheck.launch.glibc.state import LIBRARY, LOADER, MAIN, Loading, Object, Version

_LIBC = "libc.so.6"
_MALLOC = ("calloc", "free", "malloc", "realloc")
_MUTEX = (("pthread_mutex_lock", 44), ("pthread_mutex_unlock", 51))
_EARLY, _PRIVATE, _EARLY_LINE = "__libc_early_init", "GLIBC_PRIVATE", 37
_FIRST = {3: "2.0", 22: "2.2", 62: "2.2.5", 40: "2.4", 183: "2.17", 243: "2.27", 258: "2.36"}
"""The first release of glibc for a machine, by e_machine: the version of its oldest symbols."""
_X86_64, _FIRST_X32 = 62, "2.16"
_PPC64, _FIRST_PPC64 = 21, {True: "2.17", False: "2.3"}


def check(loading: Loading) -> None:
    """Raise where the loader does not find what it needs; until 2.31 it needs nothing."""
    if not loading.release.since(32):
        return
    own = [each for each in loading.chain if each.kind in (MAIN, LIBRARY)]
    libc = next((each for each in own if each.elf.soname == _LIBC), None)
    if loading.release.since(41):
        if libc is not None:
            _find_mutex(loading, libc)
            _find_malloc(loading)
    elif any(each.kind == LOADER for each in loading.scope):
        _find_malloc(loading)
        if loading.release.since(34):
            _find_mutex(loading, libc)
    if libc is not None and not _has(loading, libc, _EARLY, _PRIVATE):
        raise loading.inconsistent("dl-call-libc-early-init.c", "_dl_call_libc_early_init", _EARLY_LINE, "sym != NULL")


def _find_malloc(loading: Loading) -> None:
    """__rtld_malloc_init_real(): in the global scope, since a program may bring its own."""
    main, version = loading.chain[0], _first_version(loading)
    if version is None:
        return
    for name in _MALLOC:
        if not isinstance(look_up(loading, loading.scope, name, Version(version, False, None), 0), tuple):
            about = loading.shown(main)
            text, message = f"undefined symbol: {name}, version {version}", f"the loader needs {name}: nobody has it"
            raise loading.fail(text, about, "LC204", name, occasion="symbol lookup error", message=message)


def _find_mutex(loading: Loading, libc: Object | None) -> None:
    """__rtld_mutex_init(): where nothing calls itself a C library, it follows a null pointer."""
    if libc is None:
        raise loading.crash("SIGSEGV", f"no library calls itself {_LIBC}")
    version = _first_version(loading)
    for name, line in _MUTEX:
        if version is not None and not _has(loading, libc, name, version):
            raise loading.inconsistent("../sysdeps/nptl/dl-mutex.c", "__rtld_mutex_init", line, "sym != NULL")


def _first_version(loading: Loading) -> str | None:
    elf = loading.chain[0].elf
    found = _FIRST.get(elf.machine)
    if elf.machine == _PPC64:
        found = _FIRST_PPC64[elf.little_endian]
    elif elf.machine == _X86_64 and elf.bits == 32:
        found = _FIRST_X32
    return found and f"GLIBC_{found}"


def _has(loading: Loading, libc: Object, name: str, version: str) -> bool:
    """_dl_lookup_direct()."""
    elf, symbols = libc.elf, symbols_of(loading, libc)
    positions = elf.tables.named(name) if elf.gnu_hash is None else elf.tables.hashed(name, elf.gnu_hash)
    for at in positions:
        if not is_definition(loading, symbols, at, 0):
            continue
        if not libc.versions:
            raise loading.crash("SIGSEGV", f"{libc.name} has no versions")
        found = libc.versions.get(symbols.versions[at] & 0x7FFF) if at < len(symbols.versions) else None
        if found is not None and found.key == (version, None):
            return True
    return False
