"""What a report comes down to: the kind of each outcome, their counts, the exit status."""

from __future__ import annotations

from libccheck.model import Check, Died, Finding, Judgment, Outcome, Refused, Rejected, Report, Started, Unclear
from libccheck.rules import SEVERITIES, severity_of

KINDS = ("starts", "refused", "dies", "unclear")

_KIND = {Started: "starts", Refused: "refused", Died: "dies", Rejected: "refused", Unclear: "unclear"}
_SUCCESS, _FOUND, _NOT_LOOKED_AT = 0, 1, 3


def kind_of_outcome(outcome: Outcome) -> str:
    """One of `KINDS`."""
    return _KIND[type(outcome)]


def findings_of(check: Check | Judgment) -> tuple[Finding, ...]:
    """Where the exec gets stuck, in order, then what else there is to say; or what does not keep to the policy."""
    return check.findings if isinstance(check, Judgment) else check.launch.findings + check.advice


def severity(finding: Finding, check: Check | Judgment) -> str:
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
    """0, 1, 2 or 3 as the contract says; `fail_on` is a severity, "regression" or "never"."""
    if report.errors:
        return max(each.status for each in report.errors)
    if strict and any(isinstance(check.launch.outcome, Unclear) for check in report.checks):
        return _NOT_LOOKED_AT
    failing = any(fails(each, fail_on) for each in report.checks) or any(
        fails(each, fail_on) for each in report.judgments
    )
    return _FOUND if failing else _SUCCESS


def disproved(check: Check) -> bool:
    """Whether a real run showed something else than was predicted."""
    return check.verified is not None and check.verified.held is False


def fails(check: Check | Judgment, fail_on: str) -> bool:
    """Whether it has a finding from that severity on; "never" is none, "regression" a program that started before.

    A prediction that did not hold fails by itself. What is against a policy was against it before, for all that is
    known: for "regression" it counts as an error.
    """
    if fail_on == "never":
        return False
    if isinstance(check, Check) and disproved(check):
        return True
    if fail_on == "regression":
        if isinstance(check, Check):
            return check.change is not None and check.change.kind == "regression"
        fail_on = "error"
    failing = SEVERITIES[SEVERITIES.index(fail_on) :]
    return any(severity(each, check) in failing for each in findings_of(check))
