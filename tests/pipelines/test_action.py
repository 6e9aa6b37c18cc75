"""The steps of action.yml, run as GitHub would run them."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import toolchains
from tests.pipelines.action import ACTION, STEPS, Job, run
from tests.pipelines.conftest import install
from tests.pipelines.tools import tool
from tests.reality.sample import dear

HOSTILE = (
    "$(touch pwned)",
    "`touch pwned`",
    '"; touch pwned; "',
    "'; touch pwned; '",
    "x\n; touch pwned",
    "--format=json=pwned",
    "-v",
    "$HOME",
    "\\",
    "*",
)


@pytest.fixture
def place(checkout: Path) -> Path:
    install(checkout.parent / "checkout-runner" / "libccheck" / "bin")
    return checkout


def results(job: Job, category: str) -> Any:
    return json.loads(Path(job.uploads[category]).read_text())["runs"][0]["results"]


def test_programs_fail_with_annotations_a_summary_and_results(place: Path) -> None:
    job = run(place, {"programs": "dist/*\n", "images": "alpine:3.20\nscratch\n"})
    assert job.status == 1
    assert (
        "::error file=dist/server,title=LC101 interpreter-missing::dist/server is refused in alpine:3.20" in job.output
    )
    assert job.output.endswith("libccheck: 4 pairs: 2 start, 2 refused\n")
    assert job.summary.startswith("### libccheck: 2 of 4 pairs fail\n")
    assert [each["ruleId"] for each in results(job, "libccheck-programs")] == ["LC101", "LC101"]
    assert list(job.uploads) == ["libccheck-programs"]


def test_dockerfiles_fail_at_their_lines(place: Path) -> None:
    job = run(place, {"dockerfiles": "Dockerfile\n*.Dockerfile"})
    assert job.status == 1
    assert "::error file=Dockerfile,line=6,title=LC402 runtime-without-libraries::" in job.output
    told = results(job, "libccheck-dockerfiles")
    assert {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in told} == {"Dockerfile"}


def test_both_are_one_job_whose_graver_status_counts(place: Path) -> None:
    both = {"programs": "dist/static tool", "images": "scratch", "dockerfiles": "Dockerfile"}
    job = run(place, both)
    assert (job.status, list(job.uploads)) == (1, ["libccheck-programs", "libccheck-dockerfiles"])
    assert job.summary.count("### libccheck") == 2
    assert run(place, {**both, "programs": "missing"}).status == 3
    assert run(place, {**both, "dockerfiles": "static.Dockerfile"}).status == 0


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"programs": "dist/server", "images": "scratch", "fail-on": "never"}, 0),
        ({"programs": "dist/server", "arguments": "--max-glibc\n2.28"}, 0),
        ({"programs": "dist/server", "arguments": "--require\nstatic"}, 1),
        (
            {
                "programs": "dist/server",
                "images": "scratch",
                "arguments": "--against\nscratch",
                "fail-on": "regression",
            },
            0,
        ),
        ({"dockerfiles": "Dockerfile", "fail-on": "regression"}, 1),
        ({"programs": "nothing/*", "images": "scratch"}, 3),
        ({"programs": "dist/server", "images": "scratch", "fail-on": "x"}, 2),
        ({}, 2),
    ],
)
def test_the_status_is_that_of_the_check(given: dict[str, str], status: int, place: Path) -> None:
    assert run(place, given).status == status


def test_without_inputs_the_configuration_says_what_is_checked(place: Path) -> None:
    (place / ".libccheck.toml").write_text('images = ["scratch"]\n[[check]]\nname = "all"\nprograms = ["dist/*"]\n')
    job = run(place, {})
    assert (job.status, list(job.uploads)) == (1, ["libccheck"])
    assert "::error file=dist/server,title=LC101 interpreter-missing::" in job.output
    assert run(place, {"fail-on": "never"}).status == 0


def test_nothing_is_uploaded_where_that_is_not_wanted_or_nothing_was_written(place: Path) -> None:
    assert run(place, {"programs": "dist/server", "images": "scratch", "upload": "false"}).uploads == {}
    assert run(place, {"programs": "dist/server", "images": "scratch", "fail-on": "x"}).uploads == {}


@pytest.mark.parametrize("name", ["programs", "images", "dockerfiles"])
def test_no_line_of_an_input_is_taken_for_a_command_or_an_option(name: str, place: Path) -> None:
    job = run(place, {"programs": "dist/server", "images": "scratch", name: "\n".join(HOSTILE)})
    assert job.status == 3
    assert not list(place.parent.rglob("pwned"))
    assert "$HOME" in job.output


@pytest.mark.parametrize("value", HOSTILE[:4])
def test_no_value_is_taken_for_a_command(value: str, place: Path) -> None:
    assert run(place, {"programs": "dist/server", "images": "scratch", "fail-on": value}).status == 2
    assert not list(place.parent.rglob("pwned"))


def test_no_expression_stands_in_a_script() -> None:
    assert [step["name"] for step in STEPS if "${{" in step.get("run", "")] == []
    values = [text for step in STEPS for text in step.get("env", {}).values()]
    named = {found for text in values for found in re.findall(r"inputs\.([\w-]+)", text)}
    assert named | {"upload"} == set(ACTION["inputs"])


def test_an_auditor_of_actions_finds_nothing() -> None:
    dear("zizmor")
    try:
        zizmor = tool("zizmor")
    except toolchains.MissingError as error:
        toolchains.missing(error)
    done = subprocess.run(
        [zizmor, "--offline", "--no-progress", "--persona=auditor", str(toolchains.PROJECT / "action.yml")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "No findings to report" in done.stdout, done.stdout + done.stderr


def test_it_installs_itself(checkout: Path) -> None:
    dear("an installation of the action")
    job = run(checkout, {"dockerfiles": "static.Dockerfile"}, installed=False)
    assert (job.status, job.output) == (0, "libccheck: 1 pair: 1 start\n")
