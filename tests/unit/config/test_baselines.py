"""A baseline: what it holds, by what it knows findings, what is gone, and what is no baseline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import libccheck.schema
from libccheck.config.baselines import baseline_of, beyond, parsed, written
from libccheck.errors import UsageError
from libccheck.fingerprints import Known
from libccheck.formats import sarif
from libccheck.model import At, Check, Died, Failure, Finding, Host, Judgment, Launch, Report
from libccheck.verdict import exit_status
from tests.forge import elf
from tests.values import image, program

SCHEMA = json.loads((Path(libccheck.schema.__path__[0]) / "baseline-1.json").read_text(encoding="utf-8"))
LIBX, LIBY = Finding("LC201", "libx.so", "not there"), Finding("LC201", "liby.so", "not there")


def checked(*findings: Finding, path: str = "./app", reference: str = "alpine:3.20", at: At | None = None) -> Check:
    launch = Launch("/app", ("/app",), Died(127, None), findings)
    return Check(program(elf(kind=2), path), image({}, reference), Host("x86_64"), "/app", launch, at=at)


JUDGED = Judgment(program(elf(kind=2)), ("static",), (Finding("LC503", "libc.so.6", "not static"),))
EVERY = Report(
    "0",
    (
        checked(LIBX, LIBY),
        checked(LIBX, reference="debian:12"),
        checked(LIBX, at=At("Dockerfile", 3, "0")),
        checked(LIBX)._replace(loaded_by="/usr/bin/python3"),
        checked(Finding("LC201", "caf\udce9", "not text")),
    ),
    (),
    (JUDGED,),
)


def test_what_is_written_is_by_the_schema_and_known_again() -> None:
    text = written(baseline_of(EVERY))
    jsonschema.validate(json.loads(text), SCHEMA, cls=jsonschema.Draft202012Validator)
    entries = parsed(text, "known.json")
    assert len(entries) == 7
    assert entries == baseline_of(EVERY)
    after = beyond(EVERY, entries, "known.json", whole=True)
    assert exit_status(after, fail_on="info") == 0
    assert after.configuration is not None
    assert (after.configuration.findings, after.configuration.baseline) == ((), "known.json")


def test_the_fingerprints_are_those_of_sarif() -> None:
    results = json.loads(sarif.render(EVERY))["runs"][0]["results"]
    known = {each["partialFingerprints"]["libccheck/v1"] for each in results}
    assert known == {each.fingerprint for each in baseline_of(EVERY)}


def test_it_is_the_same_whatever_the_order_and_the_words() -> None:
    reworded = checked(LIBY._replace(message="other"), LIBX, LIBX, path="app")
    assert written(baseline_of(Report("0", (reworded,), ()))) == written(
        baseline_of(Report("0", (checked(LIBX, LIBY),), ()))
    )


def test_what_is_new_fails() -> None:
    before = baseline_of(Report("0", (checked(LIBX),), ()))
    for other in (checked(LIBY), checked(LIBX, path="tool"), checked(LIBX, reference="scratch")):
        assert exit_status(beyond(Report("0", (other,), ()), before, "known.json", whole=False)) == 1


def gone(report: Report, *entries: Known, whole: bool) -> list[str]:
    configuration = beyond(report, entries, "known.json", whole=whole).configuration
    assert configuration is not None
    return [f"{each.code} {each.message}" for each in configuration.findings]


def test_what_is_gone_is_told_of_what_was_looked_at() -> None:
    entries = baseline_of(Report("0", (checked(LIBX, LIBY),), ()))
    said = "LC603 known.json knows LC201 liby.so of app in alpine:3.20, which is gone"
    assert gone(Report("0", (checked(LIBX),), ()), *entries, whole=False) == [said]
    assert gone(Report("0", (checked(path="other"),), ()), *entries, whole=False) == []
    assert len(gone(Report("0", (checked(path="other"),), ()), *entries, whole=True)) == 2
    broken = Report("0", (checked(path="other"),), (Failure("app", "cannot be read", ""),))
    assert gone(broken, *entries, whole=True) == []
    policy = baseline_of(Report("0", (), (), (JUDGED,)))
    assert gone(Report("0", (), (), (JUDGED._replace(findings=()),)), *policy, whole=False) == [
        "LC603 known.json knows LC503 libc.so.6 of app, which is gone"
    ]


GOOD = json.loads(written(baseline_of(Report("0", (checked(LIBX),), ()))))


def spoiled(**values: Any) -> str:
    (finding,) = GOOD["findings"]
    return json.dumps({**GOOD, "findings": [{**finding, **values}]})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "known.json:1: it is not JSON"),
        ('{\n "a": }', "known.json:2: it is not JSON"),
        ("[" * 100_000, "known.json: it is not JSON"),
        ("[]", "known.json: it is not a baseline by the schema libccheck/baseline/1"),
        ('{"schema": "libccheck/report/1"}', "known.json: it is not a baseline by the schema libccheck/baseline/1"),
        (json.dumps({**GOOD, "findings": {}}), "known.json: it is not a baseline by the schema libccheck/baseline/1"),
        (json.dumps({**GOOD, "findings": [1]}), "known.json: findings[0] is not a finding by the schema"),
        (spoiled(code=1), "known.json: findings[0] is not a finding by the schema"),
        (spoiled(code="LC000"), "known.json: findings[0] is not a finding by the schema"),
        (spoiled(other="x"), "known.json: findings[0] is not a finding by the schema"),
        (spoiled(fingerprint="0" * 64), "known.json: findings[0] is not the finding that its fingerprint stands for"),
        (spoiled(code="LC101"), "known.json: findings[0] is not the finding that its fingerprint stands for"),
        (spoiled(subject="*"), "known.json: findings[0] is not the finding that its fingerprint stands for"),
    ],
)
def test_what_is_no_baseline_is_told_in_one_line(text: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        parsed(text, "known.json")
    assert f"{raised.value.subject}: {raised.value.message}".startswith(said)
    assert raised.value.hint == "write it anew with --write-baseline"
