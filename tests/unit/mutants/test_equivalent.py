"""The list of mutants that no test can notice names mutants that there are, each with a reason."""

from __future__ import annotations

import pytest

from tests.mutants.calls import LAUNCH
from tests.mutants.equivalent import LIST, reasons
from tests.mutants.mutate import mutants

LISTED = reasons(LIST.read_text(encoding="utf-8"))


def test_every_mutant_of_the_list_can_still_be_made() -> None:
    assert set(LISTED) <= {each.key for each in mutants("libccheck.launch", LAUNCH)}


def test_a_reason_may_have_several_lines() -> None:
    assert reasons("# remark\n\na.b f: x -> y\n    for one,\n    and another\nc -: 1 -> 2\n  why\n") == {
        "a.b f: x -> y": "for one, and another",
        "c -: 1 -> 2": "why",
    }


@pytest.mark.parametrize("text", ["a\n", "a\n  why\na\n  why\n", "a\nb\n  why\n"])
def test_what_has_no_reason_or_two_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"a$"):
        reasons(text)
