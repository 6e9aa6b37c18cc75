"""Each Dockerfile of the corpus ends as it is written there, and what --fix makes of it passes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import libccheck.schema
from libccheck.dockerfile.fixes import difference, fixed
from libccheck.formats import dockerfile_text
from libccheck.formats.json import as_data
from libccheck.formats.paper import Paper
from libccheck.verdict import exit_status, kind_of_outcome
from tests.dockerfiles.cases import CASES, Case
from tests.dockerfiles.judging import judged, put

SCHEMA = jsonschema.Draft202012Validator(json.loads((Path(libccheck.schema.__path__[0]) / "report-1.json").read_text()))


def test_there_are_eighty_of_them_each_with_a_name_of_its_own() -> None:
    assert len(CASES) >= 80
    assert len({each.name for each in CASES}) == len(CASES)
    assert len({each.dockerfile for each in CASES}) > 70


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_ends_as_written(case: Case, tmp_path: Path) -> None:
    report = judged(case, put(case.context, tmp_path))
    found = [
        (kind_of_outcome(each.launch.outcome), [finding.code for finding in each.launch.findings][:1])
        for each in report.checks
    ]
    assert found == [(kind, [code] if code else []) for kind, code in case.expected]
    lines = case.dockerfile.count("\n")
    for check in report.checks:
        assert all(each.at is not None and 1 <= each.at.line <= lines for each in check.launch.findings)
        assert all(each.at is not None and each.at.stage for each in check.launch.findings)
    SCHEMA.validate(as_data(report))
    text = dockerfile_text.render(report, {"Dockerfile": case.dockerfile}, Paper())
    assert all(f"{code} " in text for _, code in case.expected if code)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_fix_prints_passes_and_changes_nothing_that_passes(case: Case, tmp_path: Path) -> None:
    place = put(case.context, tmp_path)
    report = judged(case, place)
    text, done = fixed(case.dockerfile, report, lambda changed: judged(case, place, changed))
    assert bool(done) == case.fixable
    assert (text != case.dockerfile) == case.fixable
    assert bool(difference(case.dockerfile, text, "Dockerfile")) == case.fixable
    if case.fixable:
        assert exit_status(judged(case, place, text), fail_on="warning") == 0
