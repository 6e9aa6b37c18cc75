"""The SARIF that is written is SARIF, as its published schema and a published validator see it."""

from __future__ import annotations

import json
import runpy
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from libccheck.cli import main
from libccheck.essays import essay
from libccheck.rules import RULES
from tests import sarif, toolchains
from tests.reality.sample import dear

CASES = Path(__file__).parent / "cases"
STORIES = sorted(path.parent for path in CASES.glob("*/sarif"))
DOCKERFILE = toolchains.PROJECT / "samples" / "3-dynamic-on-alpine"
JUDGED = [
    CASES / "hostile-names",
    CASES / "config-several-checks-and-a-dockerfile",
    CASES / "error-missing-image",
    DOCKERFILE,
]


@pytest.fixture
def story(request: pytest.FixtureRequest) -> Path:
    return getattr(request, "param", CASES / "hostile-names")


@pytest.fixture
def log(story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    if story == DOCKERFILE:
        assert main(["dockerfile", str(story / "Dockerfile"), "--quiet", "--format", "sarif=out.sarif"]) == 1
        return tmp_path / "out.sarif"
    runpy.run_path(str(story / "make.py"))
    assert main([*shlex.split((story / "command").read_text(), comments=True), "--format", "sarif=out.sarif"]) in (
        0,
        1,
        3,
    )
    return tmp_path / "out.sarif"


@pytest.mark.parametrize("story", STORIES, indirect=True, ids=lambda story: story.name)
def test_it_follows_the_published_schema(log: Path) -> None:
    dear("the published validator")
    try:
        schema = sarif.schema()
    except toolchains.MissingError as why:
        toolchains.missing(why)
    jsonschema.validate(json.loads(log.read_text()), schema, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("story", JUDGED, indirect=True, ids=lambda story: story.name)
def test_the_published_validator_misses_only_an_address_of_the_project(log: Path) -> None:
    dear("the published validator")
    try:
        complaints = sarif.complaints(log)
    except toolchains.MissingError as why:
        toolchains.missing(why)
    assert [each for each in complaints if each not in ("SARIF2005",)] == []


def test_it_holds_every_rule_with_its_help(log: Path) -> None:
    driver: Any = json.loads(log.read_text())["runs"][0]["tool"]["driver"]
    assert [each["id"] for each in driver["rules"]] == list(RULES)
    assert all(each["help"]["markdown"] == essay(each["id"]) for each in driver["rules"])
