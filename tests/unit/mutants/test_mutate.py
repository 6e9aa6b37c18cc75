"""Mutants differ from the module in one place each, and in every kind of place that means something."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants.mutate import Mutant, of_source


def made(source: str) -> list[Mutant]:
    return list(of_source("a.module", Path("module.py"), source))


@pytest.mark.parametrize(
    ("source", "mutated"),
    [
        ("a == b", ["a != b"]),
        ("a < b", ["a <= b"]),
        ("a in b", ["a not in b"]),
        ("a and b", ["a or b"]),
        ("not a", ["a"]),
        ("x = 7", ["x = 8"]),
        ("x = True", ["x = False"]),
        ("x = b'\\x7fELF'", ["x = b'\\x7fELF~'"]),
        ("x = a & b", ["x = a | b"]),
        ("if a:\n    b()", ["if not a:\n    b()"]),
        ("for a in b:\n    break", ["for a in b:\n    continue"]),
        ("x = a + 1", ["x = a - 1", "x = a + 2"]),
    ],
)
def test_every_operator_and_constant_is_changed_alone(source: str, mutated: list[str]) -> None:
    assert [each.text() for each in made(source)] == mutated


def test_what_means_nothing_at_run_time_stays() -> None:
    source = (
        '"""A module."""\n@cache(3)\ndef f(a: Literal["x"]) -> Literal["y"]:\n    """What it does."""\n    return a\n'
    )
    assert made(source) == []


def test_a_mutant_says_where_it_is_and_what_it_changes() -> None:
    (mutant,) = made("def f(a):\n    return a.mode & 1 == 0\n")[:1]
    assert (mutant.module, mutant.line) == ("a.module", 2)
    assert mutant.change == "a.mode & 1 -> a.mode | 1"


def test_the_module_itself_is_left_as_it_was() -> None:
    tree = made("x = 1\ny = x + 1\n")
    assert [each.text() for each in tree] == ["x = 2\ny = x + 1", "x = 1\ny = x - 1", "x = 1\ny = x + 2"]


def test_a_mutant_is_known_by_what_it_changes_and_where_not_by_the_line() -> None:
    source = "class C:\n    @property\n    def f(self):\n        g(1)\n        g(1)\nx = 1\n"
    found = made(source)
    assert [each.key for each in found] == [
        "a.module C.f: g(1) -> g(2)",
        "a.module C.f: g(1) -> g(2) #2",
        "a.module -: x = 1 -> x = 2",
    ]
    assert [each.key for each in made(f"\n\n{source}")] == [each.key for each in found]
    assert [(each.first, each.line) for each in found] == [(2, 4), (2, 5), (0, 6)]
