"""Findings that do not count: by the ignores of a configuration, and which of these are stale or expired."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from posixpath import normpath

from libccheck.config.values import Config, Ignore
from libccheck.model import At, Check, Configuration, Finding, Ignored, Judgment, Report
from libccheck.verdict import every

Mark = Callable[["Check | Judgment", Finding], "Ignored | None"]


def ignoring(
    report: Report, config: Config, today: str, *, whole: bool, called: Callable[[str], str] = normpath
) -> Report:
    """The report with what is ignored marked, and LC601 and LC602 of the ignores that are stale or expired.

    today: "2027-01-31". whole: whether all was looked at that the configuration names; only then is it known that an
    ignore matches nothing. called: gives the path of a program by which the configuration would call it.
    """
    whole = whole and not report.errors
    used: set[int] = set()
    live = [(number, each) for number, each in enumerate(config.ignores) if not each.expires or each.expires >= today]

    def mark(owner: Check | Judgment, finding: Finding) -> Ignored | None:
        for number, each in live:
            if matches(each, owner, finding, called):
                used.add(number)
                return Ignored("configuration", each.reason, config.file, each.line, each.expires)
        return None

    marked = with_marks(report, mark)
    remarks = [
        _expired(each, config, sum(matches(each, owner, finding, called) for owner, finding in every(report)), whole)
        for each in config.ignores
        if each.expires and each.expires < today
    ]
    remarks += [_stale(each, config) for number, each in live if whole and number not in used]
    return marked._replace(configuration=Configuration(config.file, tuple(remarks)))


def with_marks(report: Report, mark: Mark) -> Report:
    """The report with what `mark` says of each finding that is not ignored already."""

    def marked(owner: Check | Judgment, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        return tuple(
            each if each.ignored is not None else each._replace(ignored=mark(owner, each)) for each in findings
        )

    checks = []
    for check in report.checks:
        launch = check.launch._replace(findings=marked(check, check.launch.findings))
        change = check.change and check.change._replace(came=marked(check, check.change.came))
        checks.append(check._replace(launch=launch, advice=marked(check, check.advice), change=change))
    judgments = tuple(each._replace(findings=marked(each, each.findings)) for each in report.judgments)
    return report._replace(checks=tuple(checks), judgments=judgments)


def matches(ignore: Ignore, owner: Check | Judgment, finding: Finding, called: Callable[[str], str]) -> bool:
    """Whether it is of that code, and every glob matches; what is against a policy is in no image."""
    if finding.code != ignore.code or not _is_like(finding.subject, ignore.subject):
        return False
    if ignore.image and (isinstance(owner, Judgment) or not _is_like(owner.image.reference, ignore.image)):
        return False
    path = owner.program.path
    return any(_is_like(each, ignore.program) for each in (path, normpath(path), called(path)))


def _is_like(text: str, glob: str) -> bool:
    return not glob or fnmatchcase(text, glob)


def _stale(ignore: Ignore, config: Config) -> Finding:
    return Finding("LC601", str(ignore), f"the ignore of {ignore} matches nothing", (), _at(ignore, config))


def _expired(ignore: Ignore, config: Config, count: int, whole: bool) -> Finding:
    said = f"the ignore of {ignore} expired on {ignore.expires}"
    if count:
        said += f", and {count} finding{' counts' if count == 1 else 's count'} again"
    elif whole:
        said += ", and matches nothing any more"
    return Finding("LC602", str(ignore), said, (), _at(ignore, config))


def _at(ignore: Ignore, config: Config) -> At:
    return At(config.file, ignore.line, "")
