"""The script of templates/gitlab.yml, run as GitLab's runner does: all lines in one shell, bash or sh."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import junitparser
import pytest
import yaml

from tests.pipelines.conftest import install
from tests.pipelines.test_action import HOSTILE
from tests.pipelines.tools import environment
from tests.reality.sample import dear
from tests.toolchains import PROJECT

JOB: Any = yaml.safe_load((PROJECT / "templates" / "gitlab.yml").read_text(encoding="utf-8"))["libccheck"]
SHELLS = {"bash": ("bash", "-eo", "pipefail"), "sh": ("sh", "-e")}
_SECONDS = 600


def run(place: Path, shell: str, given: Mapping[str, str], *, installed: bool = True) -> tuple[int, str]:
    """Status and output of the job; installed: what the first lines do was done before."""
    tools = place.parent / "tools"
    if installed and not tools.exists():
        install(place / ".libccheck-venv" / "bin")
        tools.mkdir()
        (tools / "python3").symlink_to("/bin/true")
    around = environment(place.parent, *([str(tools)] if installed else []))
    done = subprocess.run(
        [*SHELLS[shell], "-c", "\n".join(JOB["script"])],
        cwd=place,
        env=around | {name: str(value) for name, value in JOB["variables"].items()} | dict(given),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_programs_and_dockerfiles_are_reported_for_the_merge_request(shell: str, checkout: Path) -> None:
    status, output = run(
        checkout,
        shell,
        {
            "LIBCCHECK_PROGRAMS": "dist/server\ndist/static tool",
            "LIBCCHECK_IMAGES": "alpine:3.20\nscratch",
            "LIBCCHECK_DOCKERFILES": "*Dockerfile",
        },
    )
    assert status == 1
    assert "4 pairs: 2 start, 2 refused" in output
    assert "2 programs: 1 start, 1 refused" in output
    written = sorted(checkout.glob(JOB["artifacts"]["reports"]["junit"]))
    counted = [junitparser.JUnitXml.fromfile(str(each)) for each in written]
    assert [(each.tests, each.failures) for each in counted] == [(2, 1), (4, 2)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"LIBCCHECK_PROGRAMS": "dist/*", "LIBCCHECK_ARGUMENTS": "--max-glibc\n2.28"}, 0),
        ({"LIBCCHECK_PROGRAMS": "dist/server", "LIBCCHECK_IMAGES": "scratch", "LIBCCHECK_FAIL_ON": "never"}, 0),
        ({"LIBCCHECK_DOCKERFILES": "static.Dockerfile"}, 0),
        ({"LIBCCHECK_PROGRAMS": "missing", "LIBCCHECK_IMAGES": "scratch", "LIBCCHECK_DOCKERFILES": "Dockerfile"}, 3),
        ({}, 2),
    ],
)
def test_the_status_is_that_of_the_check(given: dict[str, str], expected: int, checkout: Path) -> None:
    status, output = run(checkout, "sh", given)
    assert status == expected, output


def test_without_variables_the_configuration_says_what_is_checked(checkout: Path) -> None:
    (checkout / ".libccheck.toml").write_text('images = ["scratch"]\n[[check]]\nname = "all"\nprograms = ["dist/*"]\n')
    assert run(checkout, "sh", {})[0] == 1
    assert run(checkout, "sh", {"LIBCCHECK_FAIL_ON": "never"})[0] == 0
    assert 'tests="2"' in (checkout / "libccheck.xml").read_text()


@pytest.mark.parametrize("name", ["PROGRAMS", "IMAGES", "DOCKERFILES", "ARGUMENTS", "FAIL_ON"])
def test_no_variable_is_taken_for_a_command(name: str, checkout: Path) -> None:
    given = {"LIBCCHECK_PROGRAMS": "dist/server", "LIBCCHECK_IMAGES": "scratch"}
    assert run(checkout, "sh", given | {f"LIBCCHECK_{name}": "\n".join(HOSTILE[:5])})[0] in (2, 3)
    assert not list(checkout.parent.rglob("pwned"))


def test_it_installs_what_it_is_told(checkout: Path) -> None:
    dear("an installation in a pipeline")
    told = {"LIBCCHECK_SOURCE": str(PROJECT), "LIBCCHECK_DOCKERFILES": "static.Dockerfile"}
    status, output = run(checkout, "sh", told, installed=False)
    assert status == 0, output
    assert "1 program: 1 start" in output
