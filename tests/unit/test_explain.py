"""Which rule a user means."""

from __future__ import annotations

import pytest

from libccheck.explain import causes, matches, read


@pytest.mark.parametrize("words", ["LC101", "lc101", " LC101 ", "interpreter-missing", "Interpreter-Missing"])
def test_a_code_or_a_name(words: str) -> None:
    assert [rule.code for rule in matches(words)] == ["LC101"]


def test_a_beginning_may_mean_several() -> None:
    assert [rule.code for rule in matches("script-")] == ["LC105", "LC106", "LC109"]
    assert [rule.code for rule in matches("LC90")] == ["LC901", "LC902"]


@pytest.mark.parametrize("words", ["", "LC999", "no such rule"])
def test_anything_else_means_none(words: str) -> None:
    assert matches(words) == ()


def test_pasted_words_have_causes_but_go_by_no_rule() -> None:
    words = "web-1  | exec /app: no such file or directory"
    assert matches(words) == ()
    reading = read(words)
    assert reading is not None
    assert reading.causes == causes(words)
    assert reading.causes[0].code == "LC101"
