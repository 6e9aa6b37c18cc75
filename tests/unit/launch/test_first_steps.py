"""A function that nobody has may be called before the program begins: then nobody can tell, and says so."""

from __future__ import annotations

import pytest

from libccheck.launch.constructors import has_constructors
from libccheck.launch.glibc import soundness
from libccheck.launch.glibc.relocate import Miss, relocate_all
from libccheck.launch.glibc.state import LIBRARY, MAIN, Ending, Object, Version
from libccheck.model import Elf, Finding, Unclear
from tests.unit.launch.objects import FUNC, IFUNC, NOTYPE, OBJECT, WEAK, Symbol, defined, elf
from tests.unit.launch.test_cache import loading_of

_INIT, _PREINIT_ARRAY, _INDIRECT = 12, 32, 37
_FINDING = Finding("LC301", "foo", "nobody has it", ())
_USUAL = elf(tags=(_INIT,))._replace(constructors=1)


def findings(kind: str, value: Elf) -> list[str]:
    """The codes of what is said of a program in which that object lacks a lazily bound function."""
    item = Object(kind, "" if kind == MAIN else "/lib/libfoo.so", "/lib/libfoo.so", value)
    try:
        soundness.check_first_steps(loading_of(b""), [Miss(item, "foo", _FINDING)])
    except Ending as ending:
        return [each.code for each in ending.findings if isinstance(ending.outcome, Unclear)]
    return []


@pytest.mark.parametrize(
    ("value", "known"),
    [
        (elf(), True),
        (_USUAL, True),
        (_USUAL._replace(constructors=None), True),
        (_USUAL._replace(constructors=2), False),
        (elf()._replace(constructors=1), False),
        (elf(soname="libc.so.6"), False),
        (elf(symbols=[defined("chosen", IFUNC)]), False),
        (elf(rela=((_INDIRECT, 0, 1),)), False),
    ],
)
def test_a_library_with_steps_of_its_own_may_call_it(value: Elf, known: bool) -> None:
    assert findings(LIBRARY, value) == ([] if known else ["LC902", "LC301"])


def test_constructors_of_the_program_are_part_of_the_program() -> None:
    assert not findings(MAIN, _USUAL._replace(constructors=5))
    assert findings(MAIN, elf(tags=(_PREINIT_ARRAY,)))
    assert findings(MAIN, elf(rela=((_INDIRECT, 0, 1),)))


def test_one_constructor_goes_with_what_compilers_add() -> None:
    assert not has_constructors(_USUAL)
    assert has_constructors(_USUAL._replace(constructors=2))
    assert has_constructors(elf()._replace(constructors=1))


def misses(symbol: Symbol, *, version: str = "", library: Elf | None = None, lazy: bool = False) -> list[str]:
    """What is missed of a library that wants that symbol, by its C library or another."""
    run = ((7 if lazy else 6, 1, 1),)
    wants = elf(symbols=[symbol], plt=run if lazy else (), rela=() if lazy else run)
    loading = loading_of(b"")
    item = Object(LIBRARY, "/lib/libx.so", "/lib/libx.so", wants)
    item.versions = {1: Version("", False, None), 2: Version(version, False, "libc.so.6")}
    scope = [item, *([Object(LIBRARY, "/lib/libfoo.so", "/lib/libfoo.so", library)] if library else [])]
    return [each.symbol for each in relocate_all(loading, [item], scope)]


@pytest.mark.parametrize("lazy", [False, True])
def test_a_weak_symbol_that_was_there_at_link_time_is_missed(lazy: bool) -> None:
    assert misses(Symbol("foo", bind=WEAK, version=2), version="FOO_1", lazy=lazy) == ["foo"]
    assert misses(Symbol("foo", bind=WEAK, version=1), lazy=lazy) == []


@pytest.mark.parametrize("lazy", [False, True])
def test_what_has_a_fixed_address_in_a_library_is_missed(lazy: bool) -> None:
    fixed = [Symbol("foo", 2, each, value=True) for each in (FUNC, OBJECT, NOTYPE)]
    found = [misses(Symbol("foo"), library=elf(symbols=[each]), lazy=lazy) for each in (defined("foo"), *fixed)]
    assert found == [[], ["foo"], ["foo"], []]


def test_a_relocation_that_binds_its_symbol_to_nothing_is_missed() -> None:
    wants = elf(symbols=[Symbol("foo")], rela=((0, 1, 1), (0, 0, 1), (0, 9, 1), (8, 1, 1)))
    item = Object(LIBRARY, "/lib/libx.so", "/lib/libx.so", wants)
    assert [each.symbol for each in relocate_all(loading_of(b""), [item], [item])] == ["foo"]
