"""Which of two remedies is the better one, and how many are shown."""

from __future__ import annotations

import pytest

from libccheck.formats import json, junit, markdown, sarif, text
from libccheck.formats.paper import Paper
from libccheck.model import Check, Died, Finding, Host, Launch, Outcome, Refused, Remedy, Report, Started, Unclear
from libccheck.remedy.commands import Command
from libccheck.remedy.offer import (
    BUILD,
    CONTENTS,
    FILE,
    IMAGE,
    MAKERS,
    STOPGAP,
    TOOL,
    Offer,
    by_its_makers,
    offered,
    ranked,
)
from tests.forge import elf
from tests.values import image, program

LAUNCHED = Launch("/app", ("/app",), Started(), ())


def offer(title: str, changes: int, *, commands: int = 1, growth: int = 0, lost: int = 0) -> Offer:
    lines = [Command("static", f"{title} {number}") for number in range(commands)]
    (made,) = offered(changes, title, lines, LAUNCHED, "tried", growth=growth, lost=["names"] * lost)
    return made


def order(*offers: Offer) -> list[str]:
    return [each.title for each in ranked(offers)]


def test_what_is_changed_counts_first() -> None:
    kinds = (FILE, BUILD, CONTENTS, IMAGE, TOOL, MAKERS, STOPGAP)
    assert order(*(offer(str(each), each, growth=-each) for each in reversed(kinds))) == [str(each) for each in kinds]


def test_then_how_many_lines_then_the_size_then_what_is_lost() -> None:
    made = (
        offer("two lines", BUILD, commands=2),
        offer("larger and all kept", BUILD, growth=5),
        offer("smaller, with a loss", BUILD, growth=4, lost=2),
        offer("smaller, with less of a loss", BUILD, growth=4, lost=1),
    )
    wanted = ["smaller, with less of a loss", "smaller, with a loss", "larger and all kept", "two lines"]
    assert order(*made) == wanted


def test_an_image_that_shrinks_is_no_better_than_one_that_stays() -> None:
    assert order(offer("first", IMAGE), offer("second", IMAGE, growth=-1)) == ["first", "second"]


def test_what_its_makers_build_comes_behind_what_a_user_can_do() -> None:
    changed = [by_its_makers(offer("", each)).changes for each in (FILE, BUILD, CONTENTS, IMAGE, TOOL, MAKERS, STOPGAP)]
    assert changed == [FILE, MAKERS, CONTENTS, IMAGE, MAKERS, MAKERS, STOPGAP]


def test_the_same_commands_are_told_once() -> None:
    one, other = offer("a", BUILD), offer("a", TOOL)
    assert ranked((other, one)) == (one.remedy,)


@pytest.mark.parametrize("outcome", [Refused("ENOENT"), Died(127, None, ""), Unclear("nobody knows")])
def test_what_is_not_predicted_to_start_is_not_offered(outcome: Outcome) -> None:
    launch = LAUNCHED._replace(outcome=outcome)
    assert offered(FILE, "title", [Command("chmod", "chmod +x app")], launch, "tried") == ()


def report(count: int) -> Report:
    stuck = Launch("/app", ("/app",), Refused("EACCES"), (Finding("LC104", "/app", "not executable"),))
    remedies = tuple(Remedy(f"way {n}", (f"do {n}",), LAUNCHED, "tried", ("names",)) for n in range(count))
    return Report("0", (Check(program(elf(kind=2)), image({}), Host("x86_64"), "/app", stuck, remedies=remedies),), ())


def test_people_are_shown_the_best_few_and_told_of_the_others() -> None:
    lines = text.render(report(7), Paper())
    assert "do 3" in lines
    assert "do 4" not in lines
    assert "and 3 more; --all-remedies shows all" in lines
    comment = markdown.render(report(7), Paper())
    assert "do 4" not in comment
    assert "And 3 more" in comment


def test_all_are_shown_where_that_is_asked_for_or_there_are_few() -> None:
    for count, paper in ((7, Paper(all_remedies=True)), (4, Paper())):
        for render in (text.render, markdown.render):
            shown = render(report(count), paper)
            assert f"do {count - 1}" in shown
            assert "more;" not in shown


def test_what_a_remedy_costs_stands_in_every_format() -> None:
    for render in (text.render, markdown.render, junit.render, sarif.render):
        assert "lost: names" in render(report(1), Paper())
    (made,) = json.as_data(report(1))["checks"][0]["remedies"]
    assert made["lost"] == ["names"]
    assert len(json.as_data(report(7))["checks"][0]["remedies"]) == 7
