"""What a report comes down to: the kind of each outcome, their counts, the exit status."""

from __future__ import annotations

from collections.abc import Iterator

from libccheck.model import (
    Check,
    Configuration,
    Died,
    Finding,
    Judgment,
    Outcome,
    Refused,
    Rejected,
    Report,
    Started,
    Unclear,
)
from libccheck.rules import SEVERITIES, severity_of

KINDS = ("starts", "refused", "dies", "unclear")

_KIND = {Started: "starts", Refused: "refused", Died: "dies", Rejected: "refused", Unclear: "unclear"}
_SUCCESS, _FOUND, _NOT_LOOKED_AT = 0, 1, 3


def kind_of_outcome(outcome: Outcome) -> str:
    """One of `KINDS`."""
    return _KIND[type(outcome)]


def findings_of(check: Check | Judgment | Configuration) -> tuple[Finding, ...]:
    """Where the exec gets stuck, in order, then what else there is to say; or what does not keep to the policy."""
    return check.launch.findings + check.advice if isinstance(check, Check) else check.findings


def every(report: Report) -> Iterator[tuple[Check | Judgment, Finding]]:
    """Each finding of a check or a judgment, with what it is of."""
    owners: list[Check | Judgment] = [*report.checks, *report.judgments]
    for owner in owners:
        for finding in findings_of(owner):
            yield owner, finding


def reasons_of(check: Check | Judgment) -> tuple[Finding, ...]:
    """Those that tell why it ends as it does: of what does not start all, else those that are not ignored."""
    if isinstance(check, Check) and not isinstance(check.launch.outcome, Started):
        return findings_of(check)
    return tuple(each for each in findings_of(check) if each.ignored is None)


def is_ignored(check: Check) -> bool:
    """Whether it has findings, and none of them counts."""
    findings = findings_of(check)
    return bool(findings) and all(each.ignored is not None for each in findings)


def severity(finding: Finding, check: Check | Judgment | Configuration) -> str:
    """One of `SEVERITIES`."""
    starts_not = isinstance(check, Check) and kind_of_outcome(check.launch.outcome) in ("refused", "dies")
    return severity_of(finding.code, fails=starts_not)


def summary(report: Report) -> dict[str, int]:
    """How many checks have each outcome, and how many things could not be looked at."""
    counts = dict.fromkeys(KINDS, 0)
    for check in report.checks:
        counts[kind_of_outcome(check.launch.outcome)] += 1
    return {**counts, "errors": len(report.errors)}


def exit_status(report: Report, *, fail_on: str = "error", strict: bool = False) -> int:
    """0, 1, 2 or 3 as the contract says; `fail_on` is a severity, "regression" or "never".

    What is unclear is not strictly wrong where all that there is to say of it is ignored.
    """
    if report.errors:
        return max(each.status for each in report.errors)
    unclear = (each for each in report.checks if isinstance(each.launch.outcome, Unclear))
    if strict and not all(map(is_ignored, unclear)):
        return _NOT_LOOKED_AT
    judged: list[Check | Judgment | Configuration] = [*report.checks, *report.judgments]
    judged += [report.configuration] if report.configuration else []
    return _FOUND if any(fails(each, fail_on) for each in judged) else _SUCCESS


def disproved(check: Check) -> bool:
    """Whether a real run showed something else than was predicted."""
    return check.verified is not None and check.verified.held is False


def fails(check: Check | Judgment | Configuration, fail_on: str) -> bool:
    """Whether it has a finding from that severity on; "never" is none, "regression" a program that started before.

    What is ignored does not count. A prediction that did not hold fails by itself. What is against a policy, and what
    stands in a Dockerfile, was there before, for all that is known: for "regression" it counts as an error.
    """
    if fail_on == "never":
        return False
    if isinstance(check, Check) and disproved(check):
        return True
    if fail_on == "regression":
        if isinstance(check, Check) and check.at is None:
            if check.change is None or check.change.kind != "regression":
                return False
            if not findings_of(check):
                return True
        fail_on = "error"
    failing = SEVERITIES[SEVERITIES.index(fail_on) :]
    return any(severity(each, check) in failing for each in findings_of(check) if each.ignored is None)
