"""What becomes of a report, as options say: its formats, when it fails, and what is known of before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

import click

from libccheck.record import NamedTuple
from libccheck.rules import SEVERITIES

_Result = TypeVar("_Result")
_Option = Callable[[Callable[..., Any]], Callable[..., Any]]


class Reporting(NamedTuple):
    """As it stands on the command line; None and () leave it to a configuration."""

    formats: tuple[str, ...] = ()
    fail_on: str | None = None
    strict: bool = False
    baseline: str | None = None
    write_baseline: str | None = None
    exit_zero: bool = False
    quiet: bool = False
    verbose: bool = False
    all_remedies: bool = False


_DELIVERING = (
    click.option(
        "--format",
        "formats",
        multiple=True,
        metavar="FORMAT[=FILE]",
        help="text, json, sarif, junit, github or markdown, to standard output or to a file; repeatable. github adds "
        "a summary to the file that GITHUB_STEP_SUMMARY names.",
    ),
    click.option("--strict", is_flag=True, help="Exit status 3 if a verdict is unclear."),
    click.option("--baseline", metavar="FILE", help="Findings that are known do not fail; what is gone is told."),
    click.option("--write-baseline", metavar="FILE", help="Write all that is found now as known."),
    click.option("--exit-zero", is_flag=True, help="Exit status 0 whatever is found; errors keep theirs."),
    click.option("-q", "--quiet", is_flag=True, help="Nothing on standard output; reports go to files only."),
)
_OF_PAIRS = (
    click.option("--all-remedies", is_flag=True, help="Show every way out, not only the best few."),
    click.option("-v", "--verbose", is_flag=True, help="Every step, and the wordings of older releases."),
)


def reporting(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Adds the options of a command that checks pairs; it gets them as `reported`."""
    help_ = "Exit status 1 from here on: error, warning, info, regression (with --against) or never. [default: error]"
    return _with(command, (_fail_on("regression", help_=help_), *_DELIVERING, *_OF_PAIRS))


def delivering(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """The same, without those that only pairs of program and image have."""
    help_ = "Exit status 1 from here on: error, warning, info or never. [default: error]"
    return _with(command, (_fail_on(help_=help_), *_DELIVERING))


def _fail_on(*more: str, help_: str) -> _Option:
    choice = click.Choice([*reversed(SEVERITIES), *more, "never"])
    return click.option("--fail-on", metavar="SEVERITY", type=choice, help=help_)


def _with(command: Callable[..., _Result], added: Sequence[_Option]) -> Callable[..., _Result]:
    @wraps(command)
    def with_them(**given: Any) -> _Result:
        found = {name: given.pop(name) for name in Reporting._fields if name in given}
        return command(reported=Reporting(**found), **given)

    made: Callable[..., _Result] = with_them
    for option in reversed(added):
        made = option(made)
    return made
