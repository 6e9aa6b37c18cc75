"""Patterns with stars, against regular expressions that say the same."""

from __future__ import annotations

import re
from operator import eq

from hypothesis import given
from hypothesis import strategies as st

from libccheck.stars import prefixes


@given(st.text("ab*", max_size=8), st.text("ab", max_size=8))
def test_all_beginnings_are_found_that_an_expression_matches(wanted: str, text: str) -> None:
    expression = re.compile(wanted.replace("*", ".*"))
    matched = [length for length in range(len(text) + 1) if expression.fullmatch(text[:length])]
    assert prefixes(wanted, text, "*", eq) == matched


def test_many_stars_take_no_time() -> None:
    assert prefixes("*a" * 200, "a" * 2000 + "b", "*", eq)[-1] == 2000
