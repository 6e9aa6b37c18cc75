"""The hook, as pre-commit takes it out of a repository and runs it in another one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests import toolchains
from tests.pipelines.tools import environment, tool
from tests.reality.sample import dear
from tests.toolchains import PROJECT

_SECONDS = 600
_FILES = (".pre-commit-hooks.yaml", "LICENSE", "README.md", "pyproject.toml", "src")


@pytest.fixture
def pre_commit() -> str:
    dear("pre-commit, and an installation by it")
    try:
        return tool("pre-commit")
    except toolchains.MissingError as error:
        toolchains.missing(error)


def git(place: Path, *arguments: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    command = ["git", "-C", str(place), *who, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment(place.parent)).stdout


def committed(place: Path) -> str:
    """The directory as a repository of one commit, whose name is given."""
    git(place, "init", "--quiet")
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--message=all")
    return git(place, "rev-parse", "HEAD").strip()


def test_commits_are_kept_from_what_does_not_start(pre_commit: str, checkout: Path) -> None:
    ours = checkout.parent / "libccheck"
    ours.mkdir()
    for name in _FILES:
        (shutil.copytree if (PROJECT / name).is_dir() else shutil.copy)(PROJECT / name, ours / name)
    hook = {"repo": str(ours), "rev": committed(ours), "hooks": [{"id": "libccheck-dockerfile"}, {"id": "libccheck"}]}
    (checkout / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [hook]}))
    committed(checkout)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        around = environment(checkout.parent, str(Path(pre_commit).parent))
        command = [pre_commit, "run", "--color=never", *arguments]
        return subprocess.run(
            command, cwd=checkout, env=around, capture_output=True, text=True, check=False, timeout=_SECONDS
        )

    found = run("--all-files", "libccheck-dockerfile")
    assert found.returncode == 1, found.stdout + found.stderr
    assert "LC402 runtime-without-libraries  Dockerfile:6" in found.stdout
    assert "✓ /app starts in scratch  static.Dockerfile" in found.stdout
    passed = run("libccheck-dockerfile", "--files", "static.Dockerfile", "main.go")
    assert (passed.returncode, "Passed" in passed.stdout) == (0, True), passed.stdout
    assert "Skipped" in run("libccheck-dockerfile", "--files", "main.go").stdout
    nothing = run("libccheck", "--files", "main.go")
    assert (nothing.returncode, "there is no configuration here" in nothing.stdout) == (1, True), nothing.stdout
    project = 'images = ["scratch"]\n[[check]]\nname = "all"\nprograms = ["dist/static*"]\n'
    (checkout / ".libccheck.toml").write_text(project)
    assert run("libccheck", "--files", "main.go").returncode == 0


def test_the_list_of_hooks_is_valid(pre_commit: str) -> None:
    command = [pre_commit, "validate-manifest", str(PROJECT / ".pre-commit-hooks.yaml")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
