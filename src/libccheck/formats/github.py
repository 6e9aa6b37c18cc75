"""A report as annotations of GitHub Actions: workflow commands on standard output."""

from __future__ import annotations

from libccheck.formats import below, grouped, phrases
from libccheck.formats.paper import Paper
from libccheck.formats.visible import visible
from libccheck.model import Check, Failure, Finding, Judgment, Report
from libccheck.rules import RULES
from libccheck.verdict import disproved, every, severity

_MOST_LINES = 10
_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_DATA = {ord("%"): "%25", ord("\r"): "%0D", ord("\n"): "%0A"}
_PROPERTY = {**_DATA, ord(":"): "%3A", ord(","): "%2C"}


def render(report: Report, _paper: Paper | None = None, *, verbose: bool = False) -> str:
    """A line each finding, the gravest first, since no more than ten of each kind are shown; then the counts.

    What is ignored is told below, and is no annotation. With `verbose` one tells the words that are seen, too.
    """
    found = [
        (severity(each, owner), _finding(owner, each, verbose)) for owner, each in every(report) if not each.ignored
    ]
    found += _remarks(report)
    found += [("error", _failure(each)) for each in report.errors]
    found += [("error" if disproved(check) else "info", _verified(check)) for check in report.checks if check.verified]
    found += [
        ("info", _command("notice", check.program.path, "unclear", f"{_pair(check)}: {phrases.bare_reason(check)}"))
        for check in report.checks
        if phrases.bare_reason(check)
    ]
    lines = [line for wanted in _COMMANDS for held, line in dict.fromkeys(found) if held == wanted]
    if report.checks or report.errors or report.judgments:
        lines.append(f"libccheck: {grouped.counts(report)}")
    lines += [f"ignored: {each}" for each in below.ignored(report, verbose=verbose)]
    return "".join(f"{line}\n" for line in lines)


def _remarks(report: Report) -> list[tuple[str, str]]:
    """What is wrong with ignores and baseline, by severity."""
    found = []
    for each in below.found(report):
        if report.configuration:
            level, (file, line) = severity(each, report.configuration), below.place_of(each, report.configuration)
            title = f"{each.code} {RULES[each.code].name}"
            found.append((level, _command(_COMMANDS[level], file, title, each.message, line=line)))
    return found


def _finding(check: Check | Judgment, finding: Finding, verbose: bool) -> str:
    if isinstance(check, Judgment):
        return _judged(check.program.path, finding, verbose)
    rule, at = RULES[finding.code], finding.at or check.at
    said = phrases.words(check, _MOST_LINES) if verbose else []
    said += filter(None, [phrases.change(check)])
    title, first = f"{rule.code} {rule.name}", f"{_pair(check)}: {finding.message}"
    place = (at.file, at.line) if at else (check.program.path, 0)
    return _command(_COMMANDS[severity(finding, check)], place[0], title, first, *said, line=place[1])


def _verified(check: Check) -> str:
    name, said = "error" if disproved(check) else "notice", f"{_pair(check)}: {phrases.ran(check)}"
    return _command(name, check.program.path, "verified", said)


def _judged(path: str, finding: Finding, verbose: bool) -> str:
    rule = RULES[finding.code]
    steps = [f"{each.action} {each.path} {each.found} {each.how}" for each in finding.evidence] if verbose else ()
    return _command(_COMMANDS[rule.severity], path, f"{rule.code} {rule.name}", finding.message, *steps)


def _pair(check: Check) -> str:
    return f"{check.program.path} {phrases.verb(check)} in {phrases.named(check.image)}"


def _failure(failure: Failure) -> str:
    said = f"{failure.message}; {failure.hint}" if failure.hint else failure.message
    return _command("error", "", f"libccheck could not look at {failure.subject}", said)


def _command(name: str, file: str, title: str, *lines: str, line: int = 0) -> str:
    """One line, whatever stands in it: nothing out of a file can begin another command."""
    properties = {"file": file, "line": str(line or ""), "title": title}
    given = ",".join(f"{key}={visible(value).translate(_PROPERTY)}" for key, value in properties.items() if value)
    said = "%0A".join(visible(line).translate(_DATA) for line in lines)
    return f"::{name} {given}::{said}"
