"""What becomes of a report, as options say: its formats, when it fails, and what is known of before."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from libccheck.record import NamedTuple
from libccheck.rules import SEVERITIES

_Result = TypeVar("_Result")


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


def reporting(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Adds the options; the command gets them as `reported`."""

    @click.option(
        "--format",
        "formats",
        multiple=True,
        metavar="FORMAT[=FILE]",
        help="text, json, sarif, junit, github or markdown, to standard output or to a file; repeatable. github adds "
        "a summary to the file that GITHUB_STEP_SUMMARY names.",
    )
    @click.option(
        "--fail-on",
        metavar="SEVERITY",
        type=click.Choice([*reversed(SEVERITIES), "regression", "never"]),
        help="Exit status 1 from here on: error, warning, info, regression (with --against) or never. [default: error]",
    )
    @click.option("--strict", is_flag=True, help="Exit status 3 if a verdict is unclear.")
    @click.option("--baseline", metavar="FILE", help="Findings that are known do not fail; what is gone is told.")
    @click.option("--write-baseline", metavar="FILE", help="Write all that is found now as known.")
    @click.option("--exit-zero", is_flag=True, help="Exit status 0 whatever is found; errors keep theirs.")
    @click.option("-q", "--quiet", is_flag=True, help="Nothing on standard output; reports go to files only.")
    @click.option("--all-remedies", is_flag=True, help="Show every way out, not only the best few.")
    @click.option("-v", "--verbose", is_flag=True, help="Every step, and the wordings of older releases.")
    @wraps(command)
    def with_reporting(
        *,
        formats: tuple[str, ...],
        fail_on: str | None,
        strict: bool,
        baseline: str | None,
        write_baseline: str | None,
        exit_zero: bool,
        quiet: bool,
        verbose: bool,
        all_remedies: bool,
        **others: Any,
    ) -> _Result:
        found = Reporting(formats, fail_on, strict, baseline, write_baseline, exit_zero, quiet, verbose, all_remedies)
        return command(reported=found, **others)

    return with_reporting
