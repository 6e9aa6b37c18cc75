"""Counts and exit status of a report."""

from __future__ import annotations

import pytest

from libccheck.model import (
    Check,
    Died,
    Failure,
    Finding,
    Host,
    Launch,
    Outcome,
    Refused,
    Report,
    Started,
    Unclear,
    Verified,
)
from libccheck.verdict import exit_status, summary
from tests.values import image, program


def report(*ends: tuple[Outcome, str], errors: tuple[Failure, ...] = ()) -> Report:
    """One check each: its outcome, and the code of its finding or ""."""
    checks = [
        Check(
            program(b""),
            image({}),
            Host("x86_64"),
            "/app",
            Launch("/app", ("/app",), outcome, (Finding(code, "x", "y"),) if code else ()),
        )
        for outcome, code in ends
    ]
    return Report("0", tuple(checks), errors)


STARTS = (Started(), "")
REFUSED = (Refused("ENOENT"), "LC101")
WARNS = (Started(), "LC301")
UNCLEAR = (Unclear("why"), "LC901")


def test_the_summary_counts_every_outcome_and_the_errors() -> None:
    ends = report(STARTS, REFUSED, REFUSED, (Died(127, None), "LC201"), UNCLEAR, errors=(Failure("x", "y", ""),))
    assert summary(ends) == {"starts": 1, "refused": 2, "dies": 1, "unclear": 1, "errors": 1}


@pytest.mark.parametrize(
    ("fail_on", "end", "status"),
    [
        ("error", STARTS, 0),
        ("error", REFUSED, 1),
        ("error", WARNS, 0),
        ("warning", WARNS, 1),
        ("warning", UNCLEAR, 0),
        ("info", UNCLEAR, 1),
        ("never", REFUSED, 0),
    ],
)
def test_status_1_from_the_severity_named(fail_on: str, end: tuple[Outcome, str], status: int) -> None:
    assert exit_status(report(end), fail_on=fail_on) == status


def test_unclear_is_status_3_only_if_strict() -> None:
    assert exit_status(report(UNCLEAR)) == 0
    assert exit_status(report(UNCLEAR), strict=True) == 3
    assert exit_status(report(UNCLEAR), strict=True, fail_on="never") == 3


def test_an_error_outweighs_every_finding() -> None:
    assert exit_status(report(REFUSED, errors=(Failure("x", "y", ""),)), fail_on="never") == 3


@pytest.mark.parametrize(("held", "status"), [(True, 0), (None, 0), (False, 1)])
def test_a_prediction_that_did_not_hold_is_status_1(held: bool | None, status: int) -> None:
    told = report(STARTS)
    (check,) = told.checks
    run = Verified("docker 1", held, "starts", 0, "", "ended with status 0")
    told = told._replace(checks=(check._replace(verified=run),))
    assert exit_status(told) == status
    assert exit_status(told, fail_on="never") == 0
