"""A report to where it is wanted, in each format, and the exit status that goes with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module

from libccheck.cli import output
from libccheck.cli.options import Format
from libccheck.formats import REPORTS
from libccheck.formats.paper import Paper
from libccheck.model import Report
from libccheck.record import NamedTuple
from libccheck.verdict import exit_status

_FOUND = 1


class Wanted(NamedTuple):
    """What the options of a command say of its report; fail_on: a severity, "regression" or "never"."""

    formats: Sequence[Format]
    fail_on: str = "error"
    strict: bool = False
    exit_zero: bool = False
    quiet: bool = False
    verbose: bool = False
    all_remedies: bool = False

    def on(self, paper: Paper) -> Paper:
        """That paper, with what the reader wants to see on it."""
        return paper._replace(fail_on=self.fail_on, all_remedies=self.all_remedies)


def deliver(report: Report, wanted: Wanted, as_text: Callable[[Report, Paper], str] | None = None) -> int:
    """Write the report in each format, tell the errors, and return the exit status.

    as_text: how a command shows its reports to people, if not as `check` does.
    """
    for name, file in wanted.formats:
        if file is not None or not wanted.quiet:
            paper = wanted.on(output.paper(file))
            own = as_text if name == "text" else None
            output.emit(own(report, paper) if own else _rendered(report, name, paper, wanted.verbose), file)
        beside = REPORTS[name].beside
        if beside is not None and os.environ.get(beside[0]):
            variable, other = beside
            output.add(_rendered(report, other, wanted.on(Paper()), wanted.verbose), os.environ[variable])
    for each in report.errors:
        from libccheck.cli.complaints import tell

        tell(each.subject, each.message, each.hint)
    status = exit_status(report, fail_on=wanted.fail_on, strict=wanted.strict)
    return 0 if wanted.exit_zero and status == _FOUND else status


def _rendered(report: Report, name: str, paper: Paper, verbose: bool) -> str:
    text: str = import_module(REPORTS[name].module).render(report, paper, verbose=verbose)
    return text
