"""What glibc's loader asks of the C library before it calls anybody else."""

from __future__ import annotations

import pytest

from libccheck.launch.glibc import earlyinit
from libccheck.launch.glibc.relocate import relocate_all
from libccheck.launch.glibc.state import LIBRARY, Ending, Loading, Object, Version
from libccheck.model import Died, Elf, Outcome, Unclear
from tests.unit.launch.objects import Symbol, defined, elf
from tests.unit.launch.test_cache import loading_of

_NAME, _PRIVATE = "__libc_early_init", 2
_LIBC = elf(symbols=[defined(_NAME, version=_PRIVATE)], soname="libc.so.6")
_TEXT = (
    "Inconsistency detected by ld.so: dl-call-libc-early-init.c: 37: _dl_call_libc_early_init: "
    "Assertion `sym != NULL' failed!\n"
)


def with_library(value: Elf, minor: int, versions: dict[int, Version] | None = None) -> tuple[Loading, Object]:
    loading = loading_of(b"", minor)
    library = Object(LIBRARY, "/lib/libc.so.6", "/lib/libc.so.6", value)
    library.versions = {_PRIVATE: Version("GLIBC_PRIVATE", False, None)} if versions is None else versions
    loading.chain.append(library)
    return loading, library


def end(value: Elf, minor: int, versions: dict[int, Version] | None = None) -> Outcome | None:
    loading, _ = with_library(value, minor, versions)
    try:
        earlyinit.check(loading)
    except Ending as ending:
        return ending.outcome
    return None


def test_a_c_library_with_the_function_is_called() -> None:
    assert end(_LIBC, 36) is None


@pytest.mark.parametrize(
    "value", [elf(soname="libc.so.6"), elf(symbols=[Symbol(_NAME, version=_PRIVATE)], soname="libc.so.6")]
)
def test_since_2_32_it_has_to_be_there(value: Elf) -> None:
    assert end(value, 36) == Died(127, None, _TEXT)
    assert end(value, 31) is None


def test_its_version_counts() -> None:
    other = {_PRIVATE: Version("GLIBC_2.36", False, None)}
    assert end(_LIBC, 36, other) == Died(127, None, _TEXT)
    assert end(_LIBC, 36, {_PRIVATE: Version("GLIBC_PRIVATE", False, None, odd_hash=1)}) == Died(127, None, _TEXT)
    assert end(_LIBC, 36, {}) == Died(None, "SIGSEGV", "")


def test_a_c_library_of_another_name_is_not_made_ready() -> None:
    stray = _LIBC._replace(soname="libx.so.6")
    assert isinstance(end(stray, 36), Unclear)
    assert end(stray, 31) is None
    assert end(stray, 41) is None
    assert end(elf(soname="libx.so.6"), 36) is None


def test_a_version_beyond_all_that_are_known_is_read_from_elsewhere() -> None:
    wants = elf(symbols=[Symbol("foo", version=7)], rela=((6, 1, 1),))
    loading, library = with_library(wants, 36)
    with pytest.raises(Ending) as caught:
        relocate_all(loading, [library], loading.chain)
    assert isinstance(caught.value.outcome, Unclear)
