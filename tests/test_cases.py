"""Golden cases: each directory under `cases` is a story, run as a user would run it.

`make.py` makes the files, `command` is the command line without `libccheck`; `text`, `json`, `errors` and `status` are
what comes of it; `sarif` (less the rules, which are the same everywhere, and their numbers), `junit`, `github` and
`markdown` where the story has them. `pytest --update tests/test_cases.py` rewrites them.
"""

from __future__ import annotations

import json
import os
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import libccheck.schema

SOURCES = Path(libccheck.schema.__path__[0]).parents[1]
CASES = Path(__file__).parent / "cases"
SCHEMAS = {
    path.stem: jsonschema.Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))
    for path in Path(libccheck.schema.__path__[0]).glob("*.json")
}
FORMATS = ("sarif", "junit", "github", "markdown")
STORIES = sorted(path.parent for path in CASES.glob("*/command"))


class Ran:
    def __init__(self, story: Path, place: Path, *extra: str) -> None:
        words = shlex.split((story / "command").read_text(encoding="utf-8"), comments=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LIBCCHECK_", "FORCE_COLOR"))}
        done = subprocess.run(
            [sys.executable, "-m", "libccheck", *words, *extra],
            capture_output=True,
            check=False,
            cwd=place,
            env={
                **kept,
                "PYTHONPATH": str(SOURCES),
                "COLUMNS": "80",
                "NO_COLOR": "1",
                "LIBCCHECK_OFFLINE": "1",
                "PYTHONIOENCODING": "utf-8",
            },
            timeout=60,
        )
        self.status = done.returncode
        self.output = done.stdout.decode()
        self.errors = done.stderr.decode()
        assert "Traceback" not in self.errors
        assert "internal error" not in self.errors


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the files of the story."""
    story: Path = request.getfixturevalue("story")
    monkeypatch.chdir(tmp_path)
    if (story / "make.py").exists():
        runpy.run_path(str(story / "make.py"))
    return tmp_path


def agree(file: Path, text: str, update: bool) -> None:
    if update:
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name].schema)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_text_is_as_written(story: Path, place: Path, update: bool) -> None:
    ran = Ran(story, place)
    agree(story / "text", ran.output, update)
    agree(story / "errors", ran.errors, update)
    agree(story / "status", f"{ran.status}\n", update)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_json_is_as_written_and_follows_the_schema(story: Path, place: Path, update: bool) -> None:
    ran = Ran(story, place, "--format", "json")
    if (story / "status").read_text().strip() == "2":
        assert (ran.output, ran.status) == ("", 2)
        return
    agree(story / "json", ran.output, update)
    data = json.loads(ran.output)
    SCHEMAS[data["schema"].removeprefix("libccheck/").replace("/", "-")].validate(data)
    assert f"{ran.status}\n" == (story / "status").read_text()


@pytest.mark.parametrize(
    "story", [story for story in STORIES if (story / "junit").exists()], ids=lambda story: story.name
)
def test_the_other_formats_are_as_written(story: Path, place: Path, update: bool) -> None:
    written = {name: place / f"out.{name}" for name in FORMATS}
    ran = Ran(story, place, *(f"--format={name}={file.name}" for name, file in written.items()))
    assert (ran.output, f"{ran.status}\n") == ("", (story / "status").read_text())
    for name, file in written.items():
        text = file.read_text(encoding="utf-8")
        if name == "sarif":
            log = json.loads(text)
            rules = log["runs"][0]["tool"]["driver"].pop("rules")
            assert all(rules[each.pop("ruleIndex")]["id"] == each["ruleId"] for each in log["runs"][0]["results"])
            text = json.dumps(log, indent=2) + "\n"
        agree(story / name, text, update)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_story_named_after_a_code_yields_it_first(story: Path) -> None:
    code = story.name.partition("-")[0]
    if code.startswith("LC"):
        data = json.loads((story / "json").read_text(encoding="utf-8"))
        findings = (data["configuration"] if code.startswith("LC6") else data["checks"][0])["findings"]
        assert findings[0]["code"] == code
