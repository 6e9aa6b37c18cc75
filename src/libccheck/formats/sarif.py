"""A report as SARIF 2.1.0, the OASIS standard that code scanning services take."""

from __future__ import annotations

import json
from posixpath import normpath
from typing import Any
from urllib.parse import quote

from libccheck.essays import essay
from libccheck.fingerprints import encoded, known
from libccheck.formats import below, phrases
from libccheck.formats.paper import Paper
from libccheck.formats.visible import visible
from libccheck.libc import image_libc
from libccheck.model import Check, Configuration, Failure, Finding, Ignored, Judgment, Report
from libccheck.rules import RULES, Rule
from libccheck.verdict import disproved, findings_of, kind_of_outcome, severity

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_FINGERPRINT = "libccheck/v1"
_NUMBERS = {code: number for number, code in enumerate(RULES)}


def render(report: Report, _paper: Paper | None = None, *, verbose: bool = False) -> str:
    """One run with every rule and a result each finding; with `verbose` a result tells the words that are seen.

    A result's fingerprint stands for code, subject, program, image and platform, in a Dockerfile for its name and the
    stage, too: it stays when the wording, the digest of an image, a line's number or the order changes.
    """
    run = {
        "tool": {
            "driver": {
                "name": "libccheck",
                "version": report.version,
                "semanticVersion": report.version,
                "rules": [_rule(each) for each in RULES.values()],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not report.errors,
                "toolExecutionNotifications": [
                    *map(_error, report.errors),
                    *(_unclear(check) for check in report.checks if phrases.bare_reason(check)),
                    *(_verified(check) for check in report.checks if check.verified),
                ],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [
            *(_result(check, each, verbose) for check in report.checks for each in findings_of(check)),
            *(_gone(check, each) for check in report.checks if check.change for each in check.change.went),
            *(_judged(judgment, each) for judgment in report.judgments for each in findings_of(judgment)),
            *(_remark(report.configuration, each) for each in below.found(report) if report.configuration),
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    text = essay(rule.code)
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": _sentence(rule.summary)},
        "fullDescription": {"text": _sentence(rule.summary)},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(check: Check, finding: Finding, verbose: bool) -> dict[str, Any]:
    image, at = check.image, finding.at or check.at
    location = {
        **(_location(at.file, at.line) if at else _location(check.program.path)),
        "logicalLocations": [{"name": phrases.named(image), "kind": "image"}],
    }
    properties = {
        "image": image.reference,
        "platform": image.platform,
        "digest": image.digest,
        "outcome": kind_of_outcome(check.launch.outcome),
        **({"stage": visible(at.stage)} if at else {}),
        **({"verified": {"engine": check.verified.engine, "held": check.verified.held}} if check.verified else {}),
    }
    found = _found(finding, check, _text(check, finding, verbose), location, properties)
    if check.change is None:
        return found
    return {**found, "baselineState": "new" if finding in check.change.came else "unchanged"}


def _gone(check: Check, finding: Finding) -> dict[str, Any]:
    """What only the image had whose place this one takes; its fingerprint is that of the same finding here."""
    return {**_result(check._replace(change=None), finding, False), "baselineState": "absent"}


def _judged(judgment: Judgment, finding: Finding) -> dict[str, Any]:
    properties = {"policy": list(judgment.policy)}
    return _found(finding, judgment, f"{visible(finding.message)}.", _location(judgment.program.path), properties)


def _remark(configuration: Configuration, finding: Finding) -> dict[str, Any]:
    file, line = below.place_of(finding, configuration)
    return _found(finding, configuration, f"{visible(finding.message)}.", _location(file, line or 1), {})


def _found(
    finding: Finding,
    owner: Check | Judgment | Configuration,
    text: str,
    location: dict[str, Any],
    properties: dict[str, Any],
) -> dict[str, Any]:
    suppressed = {"suppressions": [_suppression(finding.ignored)]} if finding.ignored else {}
    return {
        "ruleId": finding.code,
        "ruleIndex": _NUMBERS[finding.code],
        "level": _LEVELS[severity(finding, owner)],
        "message": {"text": _message(text)},
        "locations": [location],
        "partialFingerprints": {_FINGERPRINT: known(owner, finding).fingerprint},
        **suppressed,
        "properties": {**properties, "subject": visible(finding.subject)},
    }


def _suppression(ignored: Ignored) -> dict[str, Any]:
    return {"kind": "external", "status": "accepted", "justification": below.why(ignored)}


def _text(check: Check, finding: Finding, verbose: bool) -> str:
    """The first finding speaks for the pair: it tells the words too where they are asked for, and the first way out."""
    said = f"{_pair(check)}: {visible(finding.message)}."
    if finding not in findings_of(check)[:1]:
        return said
    meeting = phrases.meeting(check, image_libc(check.image))
    lines = [f"{said} {meeting}" if meeting else said]
    if verbose:
        lines += phrases.words(check, 20)
    for remedy in check.remedies[:1]:
        lines.append(f"Way out: {visible(remedy.title)} ({phrases.proof(remedy)})")
        lines += map(visible, remedy.commands)
    return "\n".join(lines)


def _pair(check: Check) -> str:
    return f"{visible(check.program.path)} {phrases.verb(check)} in {phrases.named(check.image)}"


def _location(path: str, line: int = 1) -> dict[str, Any]:
    """Of a binary there are no lines, and the services want one."""
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": {"startLine": line}}}


def _uri(path: str) -> str:
    """A relative one for a relative path, as services want it that know the files by their place in a repository."""
    written = quote(encoded(normpath(path)))
    return f"file://{written}" if written.startswith("/") else written


def _error(failure: Failure) -> dict[str, Any]:
    said = f"{failure.subject}: {failure.message}" if failure.subject not in failure.message else failure.message
    said = visible(f"{said}; {failure.hint}" if failure.hint else said)
    return {"level": "error", "message": {"text": _message(said)}}


def _unclear(check: Check) -> dict[str, Any]:
    said = f"{_pair(check)}: {visible(phrases.bare_reason(check))}"
    return {"level": "note", "message": {"text": _message(said)}}


def _verified(check: Check) -> dict[str, Any]:
    """What a real run showed, of programs that start, too."""
    said = f"{_pair(check)}: {phrases.ran(check)}"
    return {"level": "error" if disproved(check) else "note", "message": {"text": _message(said)}}


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _message(text: str) -> str:
    """Braces are doubled (3.11.5), and what would be a link (3.11.6) is none."""
    doubled = text.replace("{", "{{").replace("}", "}}")
    return doubled.replace("[", "\\[").replace("]", "\\]") if "](" in doubled else doubled
