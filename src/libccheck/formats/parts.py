"""A report of several checks of a configuration: each under its name, then the Dockerfiles, then all of it counted."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from libccheck.formats import dockerfile_text, grouped
from libccheck.formats.paper import Paper
from libccheck.formats.visible import visible
from libccheck.model import Report


def show(console: Console, report: Report, paper: Paper, verdicts: Callable[[Report], None]) -> None:
    """`verdicts` shows what it is given of the report on the same console."""
    sections = 0
    images = [each for each in report.checks if each.at is None]
    of_files = tuple(each for each in report.checks if each.at is not None)
    for name in dict.fromkeys([*(each.part for each in images), *(each.part for each in report.judgments)]):
        sections += _headed(console, name, sections)
        checks = tuple(each for each in images if each.part == name)
        judgments = tuple(each for each in report.judgments if each.part == name)
        verdicts(report._replace(checks=checks, judgments=judgments, errors=()))
    if report.sources:
        sections += _headed(console, ", ".join(report.sources) if sections else "", sections)
        console.file.write(dockerfile_text.render(report._replace(checks=of_files), report.sources, paper))
    if sections > 1 and report.checks:
        console.print()
        console.print(Text.assemble("in all: ", (grouped.counts(report), "bold")), soft_wrap=True)


def _headed(console: Console, name: str, before: int) -> int:
    if before:
        console.print()
    if name:
        console.print(Text(visible(name), "bold underline"), soft_wrap=True)
        console.print()
    return 1
