"""What glibc's loader looks up in the C library before it calls anybody else."""

from __future__ import annotations

import pytest

from libccheck.launch.glibc import earlyinit
from libccheck.launch.glibc.relocate import relocate_all
from libccheck.launch.glibc.state import LIBRARY, LOADER, Ending, Loading, Object, Signalled, Version
from libccheck.model import Died, Elf, Unclear
from tests.unit.launch.objects import Symbol, elf
from tests.unit.launch.test_cache import loading_of

_PRIVATE, _FIRST = 2, 3
_MALLOC = ("calloc", "free", "malloc", "realloc")
_MUTEX = ("pthread_mutex_lock", "pthread_mutex_unlock")
_EARLY = "__libc_early_init"
_VERSIONS = {_PRIVATE: Version("GLIBC_PRIVATE", False, None), _FIRST: Version("GLIBC_2.2.5", False, None)}


def libc(without: str = "", soname: str = "libc.so.6") -> Elf:
    """A C library with all that the loader looks for, but for one function."""
    symbols = [Symbol(each, each != without, version=_FIRST) for each in (*_MALLOC, *_MUTEX)]
    return elf(symbols=[*symbols, Symbol(_EARLY, without != _EARLY, version=_PRIVATE)], soname=soname)


def with_library(value: Elf, minor: int, versions: dict[int, Version]) -> tuple[Loading, Object]:
    loading = loading_of(b"", minor)
    library = Object(LIBRARY, "/lib/libc.so.6", "/lib/libc.so.6", value)
    library.versions = versions
    loader = Object(LOADER, "/lib/ld.so", "/lib/ld.so", elf())
    loading.chain += [library, loader]
    loading.scope = list(loading.chain)
    return loading, library


def end(value: Elf, minor: int = 36, versions: dict[int, Version] = _VERSIONS, *, by_itself: bool = False) -> object:
    """The outcome where there is one; what _dl_signal_error() is told; None where all goes well."""
    loading, _ = with_library(value, minor, versions)
    if by_itself:
        loading.scope.pop()
    try:
        earlyinit.check(loading)
    except Ending as ending:
        return ending.outcome
    except Signalled as signalled:
        return signalled.text
    return None


def inconsistent(file: str, line: int, function: str) -> Died:
    text = f"Inconsistency detected by ld.so: {file}: {line}: {function}: Assertion `sym != NULL' failed!\n"
    return Died(127, None, text)


_NOT_CALLED = inconsistent("dl-call-libc-early-init.c", 37, "_dl_call_libc_early_init")


@pytest.mark.parametrize("minor", [17, 31, 32, 34, 36, 41, 43])
def test_a_c_library_that_has_everything_is_taken(minor: int) -> None:
    assert end(libc(), minor) is None


@pytest.mark.parametrize(("minor", "dies"), [(31, False), (32, True), (36, True), (43, True)])
def test_since_2_32_its_first_function_is_called(minor: int, dies: bool) -> None:
    assert end(libc(without=_EARLY), minor) == (_NOT_CALLED if dies else None)


@pytest.mark.parametrize(("function", "line"), list(zip(_MUTEX, (44, 51), strict=True)))
@pytest.mark.parametrize(("minor", "dies"), [(33, False), (34, True), (43, True)])
def test_since_2_34_its_locks_are_used(function: str, line: int, minor: int, dies: bool) -> None:
    expected = inconsistent("../sysdeps/nptl/dl-mutex.c", line, "__rtld_mutex_init") if dies else None
    assert end(libc(without=function), minor) == expected


@pytest.mark.parametrize("function", _MALLOC)
@pytest.mark.parametrize(("minor", "dies"), [(31, False), (32, True), (43, True)])
def test_since_2_32_memory_comes_from_the_global_scope(function: str, minor: int, dies: bool) -> None:
    expected = f"undefined symbol: {function}, version GLIBC_2.2.5" if dies else None
    assert end(libc(without=function), minor) == expected


def test_versions_count() -> None:
    other = {**_VERSIONS, _PRIVATE: Version("GLIBC_2.36", False, None)}
    assert end(libc(), versions=other) == _NOT_CALLED
    odd = {**_VERSIONS, _PRIVATE: Version("GLIBC_PRIVATE", False, None, odd_hash=1)}
    assert end(libc(), versions=odd) == _NOT_CALLED
    assert end(libc(), versions={}) == Died(None, "SIGSEGV", "")


@pytest.mark.parametrize(("minor", "dies"), [(31, False), (33, False), (34, True), (40, True), (41, False)])
def test_where_nothing_calls_itself_libc_some_follow_a_null_pointer(minor: int, dies: bool) -> None:
    assert end(libc(soname="libx.so.6"), minor) == (Died(None, "SIGSEGV", "") if dies else None)


def test_until_2_40_a_loader_that_nobody_needs_looks_for_no_locks() -> None:
    assert end(libc(without="calloc", soname="libx.so.6"), by_itself=True) is None


def test_a_version_beyond_all_that_are_known_is_read_from_elsewhere() -> None:
    wants = elf(symbols=[Symbol("foo", version=7)], rela=((6, 1, 1),))
    loading, library = with_library(wants, 36, _VERSIONS)
    with pytest.raises(Ending) as caught:
        relocate_all(loading, [library], loading.chain)
    assert isinstance(caught.value.outcome, Unclear)
