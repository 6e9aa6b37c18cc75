"""A report as JUnit writes one: a test suite each image, a test case each pair."""

from __future__ import annotations

from html import escape

from libccheck.formats import below, phrases
from libccheck.formats.paper import Paper
from libccheck.formats.visible import visible
from libccheck.libc import image_libc
from libccheck.model import Check, Configuration, Failure, Finding, Judgment, Report, Unclear
from libccheck.rules import RULES
from libccheck.verdict import disproved, fails, findings_of

_INVALID = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}
_NAME, _POLICY, _CONFIGURATION = "libccheck", "policy", "configuration"


def render(report: Report, paper: Paper, *, verbose: bool = False) -> str:
    """XML in ASCII. A pair fails as it does for the exit status; what is unclear is skipped, and what could not be
    looked at is an error. With `verbose` a failure tells every step."""
    suites: dict[str, list[tuple[str, str]]] = {}
    for check in report.checks:
        suite = f"{phrases.named(check.image)} {check.image.platform}"
        suite = f"{check.part}: {suite}" if check.part else suite
        kind, inside = _verdict(check, paper.fail_on, verbose)
        name = f"{check.program.path} ({check.at.file})" if check.at else check.program.path
        suites.setdefault(suite, []).append((kind, _case(suite, name, inside)))
    for each in report.judgments:
        suite = f"{each.part}: {_POLICY}" if each.part else _POLICY
        kind, inside = _judged(each, paper.fail_on)
        suites.setdefault(suite, []).append((kind, _case(suite, each.program.path, inside)))
    for remark in below.found(report):
        kind, inside = _remark(remark, paper.fail_on)
        case = _case(_CONFIGURATION, f"{remark.code} {remark.subject}", inside)
        suites.setdefault(_CONFIGURATION, []).append((kind, case))
    if report.errors:
        suites[_NAME] = [("errors", _case(_NAME, each.subject or _NAME, _error(each))) for each in report.errors]
    every = [kind for cases in suites.values() for kind, _ in cases]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {_counted(_NAME, every)}>"]
    for suite, cases in suites.items():
        lines.append(f"  <testsuite {_counted(suite, [kind for kind, _ in cases])}>")
        lines += [case for _, case in cases]
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "".join(f"{line}\n" for line in lines).encode("ascii", "xmlcharrefreplace").decode()


def _counted(name: str, kinds: list[str]) -> str:
    counts = {kind: kinds.count(kind) for kind in ("failures", "errors", "skipped")}
    return _attributes(name=name, tests=str(len(kinds)), **{kind: str(count) for kind, count in counts.items()})


def _case(suite: str, name: str, inside: str) -> str:
    start = f"    <testcase {_attributes(classname=suite, name=name)}"
    return f"{start}>\n{inside}\n    </testcase>" if inside else f"{start}/>"


def _verdict(check: Check, fail_on: str, verbose: bool) -> tuple[str, str]:
    """How it is counted, and the element that says so."""
    findings = findings_of(check)
    if fails(check, fail_on) and disproved(check):
        return "failures", _element("failure", _text(check, verbose), type="verified", message=phrases.ran(check))
    if fails(check, fail_on):
        first = next((each for each in findings if each.ignored is None), findings[0])
        rule = RULES[first.code]
        told = _element("failure", _text(check, verbose), type=rule.code, message=f"{rule.name}: {first.message}")
        return "failures", told
    if isinstance(check.launch.outcome, Unclear):
        return "skipped", f"      <skipped {_attributes(message=check.launch.outcome.reason)}/>"
    return "passed", _element("system-out", _text(check, verbose)) if findings or check.verified else ""


def _judged(judgment: Judgment, fail_on: str) -> tuple[str, str]:
    lines = list(map(_said, judgment.findings))
    if not fails(judgment, fail_on):
        return "passed", _element("system-out", "\n".join(lines)) if lines else ""
    first = next(each for each in judgment.findings if each.ignored is None)
    message = f"{RULES[first.code].name}: {first.message}"
    return "failures", _element("failure", "\n".join(lines), type=first.code, message=message)


def _remark(finding: Finding, fail_on: str) -> tuple[str, str]:
    """Of an ignore or a baseline."""
    told = below.remark(finding)
    if not fails(Configuration("", (finding,)), fail_on):
        return "passed", _element("system-out", told)
    message = f"{RULES[finding.code].name}: {finding.message}"
    return "failures", _element("failure", told, type=finding.code, message=message)


def _error(failure: Failure) -> str:
    return _element("error", failure.hint, type="error", message=failure.message)


def _said(finding: Finding) -> str:
    place = phrases.place(finding)
    said = f"{finding.code} {RULES[finding.code].name}: {visible(finding.message)}"
    said = f"{said} ({place})" if place else said
    return f"{said} (ignored: {below.why(finding.ignored)})" if finding.ignored else said


def _text(check: Check, verbose: bool) -> str:
    """What is seen, every finding, the ways out."""
    lines = phrases.words(check, 20)
    lines += [_said(each) for each in findings_of(check)]
    lines += filter(None, [phrases.change(check), phrases.ran(check)])
    meeting = phrases.meeting(check, image_libc(check.image))
    lines += [meeting] if meeting else []
    if verbose:
        lines += [visible(f"{each.action} {each.path} {each.found} {each.how}") for each in check.launch.steps]
    for remedy in check.remedies:
        lines.append(f"fix: {visible(remedy.title)} ({phrases.proof(remedy)})")
        lines += [f"  {visible(command)}" for command in remedy.commands]
    return "\n".join(lines)


def _element(name: str, text: str, **attributes: str) -> str:
    given = f" {_attributes(**attributes)}" if attributes else ""
    said = "\n".join(_safe(line) for line in text.split("\n"))
    return f"      <{name}{given}>{said}</{name}>" if text else f"      <{name}{given}/>"


def _attributes(**values: str) -> str:
    return " ".join(f'{name}="{_safe(value)}"' for name, value in values.items())


def _safe(text: str) -> str:
    """Without what XML cannot hold, not even as a reference."""
    return escape(visible(text).translate(_INVALID))
