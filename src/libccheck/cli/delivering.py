"""A report to where it is wanted, in each format, and the exit status that goes with it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from libccheck.cli import options, output
from libccheck.cli.options import Format
from libccheck.cli.reporting import Reporting
from libccheck.formats import REPORTS
from libccheck.formats.paper import Paper
from libccheck.model import Report
from libccheck.record import NamedTuple
from libccheck.verdict import exit_status

if TYPE_CHECKING:
    from libccheck.config import Config

_FOUND = 1
_FOR_PEOPLE = ("text", "github", "markdown")


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

    @property
    def for_people(self) -> bool:
        """Whether standard output has it in a format that tells what is ignored."""
        return not self.quiet and any(each.name in _FOR_PEOPLE and each.file is None for each in self.formats)


def configuration(left_out: bool) -> Config | None:
    """The project's, looked for from the working directory; what it is called is told on standard error."""
    if left_out:
        return None
    from libccheck.project import find

    found = find()
    if found is None:
        return None
    from libccheck.cli import configured

    return configured.load_and_tell(found)


def wanted(reported: Reporting, config: Config | None) -> Wanted:
    """What the options say, else the configuration. Raises UsageError for a format that is none, or a file outside."""
    if config is None or reported.formats or not config.formats:
        formats = options.parse_formats(reported.formats, REPORTS)
    else:
        from libccheck.cli import configured

        formats = configured.formats(config)
    return Wanted(
        formats,
        reported.fail_on or (config.fail_on if config else None) or "error",
        reported.strict or bool(config and config.strict),
        reported.exit_zero,
        reported.quiet,
        reported.verbose,
        reported.all_remedies,
    )


def settle_and_deliver(
    report: Report, wanted: Wanted, reported: Reporting, config: Config | None, *, whole: bool
) -> int:
    """The same with what is ignored and known taken out. whole: whether all was looked at that the configuration
    names."""
    if config is not None or reported.baseline or reported.write_baseline:
        from libccheck.cli import settling

        report = settling.settled(report, reported, config, whole=whole)
        if not wanted.for_people:
            settling.tell_ignored(report)
    return deliver(report, wanted)


def deliver(report: Report, wanted: Wanted) -> int:
    """Write the report in each format, tell the errors, and return the exit status."""
    for name, file in wanted.formats:
        if file is not None or not wanted.quiet:
            output.emit(_rendered(report, name, wanted.on(output.paper(file)), wanted.verbose), file)
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
