"""Sizes as bars, on any width, with and without characters beyond ASCII."""

from __future__ import annotations

import pytest

from libccheck import base_images, recommend
from libccheck.formats import recommend_text
from libccheck.formats.bars import bar
from libccheck.formats.paper import Paper
from libccheck.recommending import Recommendation
from tests.forge import GLIBC, elf
from tests.values import program


@pytest.fixture(scope="module")
def found() -> Recommendation:
    cpp = program(elf(interpreter=GLIBC, needed=["libstdc++.so.6", "libc.so.6"]), "cpp")
    return recommend([cpp], base_images("linux/amd64"))


def test_a_bar_is_as_long_as_its_share() -> None:
    assert bar(1, 10, True) == "█" * 10
    assert bar(0.5, 3, True) == "█▌"
    assert bar(0.5, 4, False) == "##"
    assert bar(0, 10, True) == bar(0, 10, False) == ""


def test_what_is_more_than_nothing_is_seen() -> None:
    assert bar(0.0001, 10, True) == "▏"
    assert bar(0.0001, 10, False) == "#"


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("unicode", [True, False])
def test_nothing_but_what_is_to_be_copied_is_wider_than_the_paper(
    found: Recommendation, width: int, unicode: bool
) -> None:
    text = recommend_text.render(found, Paper(width, False, unicode))
    assert text.isascii() != unicode
    assert "\x1b" not in text
    assert [line for line in text.splitlines() if len(line) > width and "COPY --from=" not in line] == []


def test_the_longest_bar_is_that_of_the_largest_image(found: Recommendation) -> None:
    text = recommend_text.render(found, Paper(80, False, False))
    drawn = [line.count("#") for line in text.splitlines() if line.endswith("#")]
    assert max(drawn) == drawn[len(found.choices) - 1]
    assert drawn[0] == min(drawn[: len(found.choices)])


def test_colors_come_only_with_a_paper_that_has_them(found: Recommendation) -> None:
    assert "\x1b[" in recommend_text.render(found, Paper(80, True, True))


def test_names_that_try_to_steer_the_terminal_are_shown_as_text(found: Recommendation) -> None:
    evil = found.programs[0]._replace(path="\x1b[2Jx")
    choice = found.choices[0]._replace(tag="\x1b[31mred")
    text = recommend_text.render(found._replace(programs=(evil,), choices=(choice,)), Paper(80, False, True))
    assert "\x1b" not in text
