"""What is new against another image: by outcome, and by code and subject of the findings."""

from __future__ import annotations

import json

import pytest

from libccheck.changes import against
from libccheck.formats import sarif
from libccheck.model import Check, Died, Finding, Host, Launch, Outcome, Refused, Rejected, Report, Started, Unclear
from libccheck.verdict import exit_status, fails
from tests.forge import elf
from tests.values import image, program

PROGRAM = elf(kind=2)
KNOWN = Finding("LC201", "libx.so", "said of /a")
OTHER = Finding("LC203", "GLIBC_2.38", "said")


def checked(outcome: Outcome, *findings: Finding, path: str = "app", platform: str = "linux/amd64") -> Check:
    where = image({})._replace(platform=platform)
    return Check(program(PROGRAM, path), where, Host("x86_64"), "/app", Launch("/app", ("/app",), outcome, findings))


def changed(new: Check, *old: Check) -> Check:
    (found,) = against([new], old)
    return found


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (Started(), Refused("ENOENT"), "regression"),
        (Started(), Died(127, None), "regression"),
        (Started(), Rejected("words"), "regression"),
        (Died(127, None), Started(), "fixed"),
        (Started(), Started("warning"), "unchanged"),
        (Refused("ENOENT"), Died(127, None), "unchanged"),
        (Unclear("a"), Unclear("b"), "unchanged"),
        (Unclear("a"), Started(), "unclear"),
        (Unclear("a"), Refused("ENOENT"), "unclear"),
        (Started(), Unclear("a"), "unclear"),
    ],
)
def test_only_a_program_that_started_can_get_worse(old: Outcome, new: Outcome, kind: str) -> None:
    found = changed(checked(new), checked(old))
    assert found.change is not None
    assert found.change.kind == kind
    assert fails(found, "regression") == (kind == "regression")
    assert exit_status(Report("0", (found,), ()), fail_on="regression") == (kind == "regression")


def test_findings_come_and_go_by_code_and_subject() -> None:
    new = checked(Died(1, None), KNOWN._replace(message="said of /b"), OTHER)
    found = changed(new, checked(Died(1, None), KNOWN, Finding("LC201", "liby.so", ""))).change
    assert found is not None
    assert ([each.subject for each in found.came], [each.subject for each in found.went]) == (
        ["GLIBC_2.38"],
        ["liby.so"],
    )


def test_the_counterpart_is_of_the_same_program_and_platform() -> None:
    arm = checked(Refused("ENOENT"), platform="linux/arm64")
    both = (checked(Started()), arm, checked(Died(1, None), path="tool"))
    assert changed(arm, *both).change == changed(arm, arm).change
    assert changed(checked(Started(), platform="linux/s390x"), *both).change is None
    assert changed(checked(Started(), platform="linux/s390x"), arm).change is not None
    assert changed(checked(Started(), path="other"), *both).change is None


def test_sarif_has_it_as_the_state_of_each_result() -> None:
    gone = Finding("LC201", "liby.so", "")
    found = changed(checked(Died(1, None), KNOWN, OTHER), checked(Died(1, None), KNOWN, gone))
    results = json.loads(sarif.render(Report("0", (found,), ())))["runs"][0]["results"]
    assert [(each["ruleId"], each["baselineState"]) for each in results] == [
        ("LC201", "unchanged"),
        ("LC203", "new"),
        ("LC201", "absent"),
    ]
    assert len({each["partialFingerprints"]["libccheck/v1"] for each in results}) == 3
