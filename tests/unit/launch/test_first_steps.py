"""A function that nobody has may be called before the program begins: then nobody can tell, and says so."""

from __future__ import annotations

import pytest

from libccheck.launch.constructors import has_constructors
from libccheck.launch.glibc import soundness
from libccheck.launch.glibc.relocate import Miss
from libccheck.launch.glibc.state import LIBRARY, MAIN, Ending, Object
from libccheck.model import Elf, Finding, Unclear
from tests.unit.launch.objects import IFUNC, defined, elf
from tests.unit.launch.test_cache import loading_of

_INIT, _PREINIT_ARRAY, _INDIRECT = 12, 32, 37
_FINDING = Finding("LC301", "foo", "nobody has it", ())
_USUAL = elf(tags=(_INIT,))._replace(constructors=1)


def findings(kind: str, value: Elf) -> list[str]:
    """The codes of what is said of a program in which that object lacks a lazily bound function."""
    item = Object(kind, "" if kind == MAIN else "/lib/libfoo.so", "/lib/libfoo.so", value)
    try:
        soundness.check_first_steps(loading_of(b""), [Miss(item, _FINDING)])
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
