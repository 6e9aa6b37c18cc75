"""What an ignore takes out, what it does not, and what is said of one that is stale or expired."""

from __future__ import annotations

import pytest

from libccheck.config import Config, Ignore, Settings
from libccheck.config.ignoring import ignoring
from libccheck.config.matching import covers
from libccheck.model import (
    Change,
    Check,
    Died,
    Failure,
    Finding,
    Host,
    Ignored,
    Judgment,
    Launch,
    Outcome,
    Report,
    Started,
    Unclear,
)
from libccheck.verdict import exit_status, findings_of
from tests.forge import elf
from tests.values import image, program

APP = program(elf(kind=2), "./dist/app")
MISSING = Finding("LC201", "libx.so.1", "not there")
REMARK = Finding("LC309", "/tmp", "no /tmp")


def checked(outcome: Outcome, *findings: Finding, reference: str = "alpine:3.20") -> Check:
    launch = Launch("/app", ("/app",), outcome, findings)
    return Check(APP, image({}, reference), Host("x86_64"), "/app", launch)


FAILED = checked(Died(127, None), MISSING)


def settled(report: Report, *ignores: Ignore, whole: bool = True) -> Report:
    config = Config("pyproject.toml", "", Settings(), ignores=ignores)
    return ignoring(report, config, "2026-06-15", whole=whole)


def remarks(report: Report) -> list[tuple[str, str]]:
    assert report.configuration is not None
    return [(each.code, each.message) for each in report.configuration.findings]


@pytest.mark.parametrize(
    "ignore",
    [
        Ignore("LC201", "r"),
        Ignore("LC201", "r", subject="libx.*"),
        Ignore("LC201", "r", image="alpine:*"),
        Ignore("LC201", "r", program="dist/*"),
        Ignore("LC201", "r", program="./dist/app"),
        Ignore("LC201", "r", "libx.so.1", "alpine:3.20", "*/app", "2026-06-15"),
    ],
)
def test_what_matches_does_not_count(ignore: Ignore) -> None:
    report = settled(Report("0", (FAILED,), ()), ignore)
    (finding,) = findings_of(report.checks[0])
    assert finding.ignored == Ignored("configuration", "r", "pyproject.toml", 0, ignore.expires)
    assert (exit_status(report), remarks(report)) == (0, [])


@pytest.mark.parametrize(
    "ignore",
    [
        Ignore("LC202", "r"),
        Ignore("LC201", "r", subject="libx"),
        Ignore("LC201", "r", image="debian:*"),
        Ignore("LC201", "r", program="app"),
        Ignore("LC201", "r", subject="LIBX*"),
    ],
)
def test_what_does_not_match_counts_and_the_ignore_is_stale(ignore: Ignore) -> None:
    report = settled(Report("0", (FAILED,), ()), ignore)
    assert [each.ignored for each in findings_of(report.checks[0])] == [None]
    assert exit_status(report) == 1
    assert remarks(report) == [("LC601", f"the ignore of {ignore} matches nothing")]


def test_what_one_ignore_takes_out_no_other_does() -> None:
    report = settled(Report("0", (FAILED,), ()), Ignore("LC201", "first"), Ignore("LC201", "second", line=9))
    assert [each.ignored.reason for each in findings_of(report.checks[0]) if each.ignored] == ["first"]
    assert remarks(report) == [("LC601", "the ignore of LC201 matches nothing")]


@pytest.mark.parametrize(
    ("expires", "counts", "said"),
    [
        ("2026-06-15", False, []),
        ("2026-06-14", True, [("LC602", "the ignore of LC201 expired on 2026-06-14, and 1 finding counts again")]),
    ],
)
def test_it_holds_up_to_its_last_day(expires: str, counts: bool, said: list[tuple[str, str]]) -> None:
    report = settled(Report("0", (FAILED,), ()), Ignore("LC201", "r", expires=expires))
    assert (exit_status(report), remarks(report)) == (int(counts), said)


def test_an_expired_one_tells_how_many_count_again() -> None:
    ignore = Ignore("LC201", "r", expires="2026-01-01")
    twice = Report("0", (FAILED, FAILED), ())
    assert remarks(settled(twice, ignore))[0][1].endswith("and 2 findings count again")
    none = Report("0", (), ())
    assert remarks(settled(none, ignore))[0][1].endswith("expired on 2026-01-01, and matches nothing any more")
    assert remarks(settled(none, ignore, whole=False))[0][1].endswith("expired on 2026-01-01")


def test_nothing_is_stale_where_not_everything_was_looked_at() -> None:
    ignore = Ignore("LC308", "r")
    assert remarks(settled(Report("0", (FAILED,), ()), ignore, whole=False)) == []
    assert remarks(settled(Report("0", (FAILED,), (Failure("x", "gone", ""),)), ignore)) == []


def test_of_an_image_is_nothing_that_is_against_a_policy() -> None:
    judged = Judgment(APP, ("glibc 2.17 or older",), (Finding("LC501", "GLIBC_2.34", "too new"),))
    report = Report("0", (), (), (judged,))
    assert exit_status(settled(report, Ignore("LC501", "r", image="*"))) == 1
    assert exit_status(settled(report, Ignore("LC501", "r"))) == 0


def test_what_is_not_ignored_fails_still() -> None:
    both = checked(Died(127, None), MISSING, Finding("LC203", "GLIBC_2.99", "too old"))
    assert exit_status(settled(Report("0", (both,), ()), Ignore("LC201", "r"))) == 1


def test_warnings_that_are_ignored_do_not_count_from_warning_on() -> None:
    report = Report("0", (checked(Started(), REMARK),), ())
    assert exit_status(report, fail_on="warning") == 1
    assert exit_status(settled(report, Ignore("LC309", "r")), fail_on="warning") == 0


def test_a_stale_ignore_counts_as_a_warning() -> None:
    report = settled(Report("0", (checked(Started()),), ()), Ignore("LC309", "r"))
    assert [exit_status(report, fail_on=each) for each in ("error", "warning", "info", "never")] == [0, 1, 1, 0]


def test_a_regression_that_is_ignored_is_none() -> None:
    change = Change(checked(Started()), "regression", (MISSING,), ())
    report = Report("0", (FAILED._replace(change=change),), ())
    assert exit_status(report, fail_on="regression") == 1
    after = settled(report, Ignore("LC201", "r"))
    assert exit_status(after, fail_on="regression") == 0
    changed = after.checks[0].change
    assert changed is not None
    assert changed.came == findings_of(after.checks[0])


def test_what_is_unclear_and_ignored_is_not_strictly_wrong() -> None:
    unclear = Report("0", (checked(Unclear("?"), Finding("LC902", "/lib/x", "not known")),), ())
    assert exit_status(unclear, strict=True) == 3
    assert exit_status(settled(unclear, Ignore("LC902", "r")), strict=True) == 0
    assert exit_status(Report("0", (checked(Unclear("?")),), ()), strict=True) == 3


@pytest.mark.parametrize(
    ("pattern", "path", "meant"),
    [
        ("dist/app", "dist/app", True),
        ("./dist//app", "dist/app", True),
        ("dist", "dist/app", True),
        ("dist/", "dist/a/b", True),
        ("dist/*", "dist/app", True),
        ("dist/*.sh", "dist/app", False),
        ("*/app", "dist/app", True),
        ("*", "dist/app", True),
        ("*.sh", "dist/run.sh", False),
        ("**/app", "app", True),
        ("**/app", "a/b/c/app", True),
        ("a/**/app", "a/app", True),
        ("a/**/app", "b/app", False),
        ("**", "a/b", True),
        ("dist/app", "dist", False),
        ("dist/app", "../dist/app", False),
        ("/".join(["**"] * 40 + ["x"]), "/".join(["a"] * 40), False),
    ],
)
def test_programs_that_a_pattern_stands_for(pattern: str, path: str, meant: bool) -> None:
    assert covers(pattern, path) is meant
