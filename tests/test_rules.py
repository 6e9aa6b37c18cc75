"""Every rule is listed, documented, tested and emitted, and every essay's example yields its code first."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import libccheck.rules
from libccheck.essays import essay
from libccheck.rules import RULES, SEVERITIES

RULES_PLACE = Path(libccheck.rules.__path__[0])
PACKAGE = RULES_PLACE.parent
TESTS = Path(__file__).parent
PARTS = ["What you see", "Why", "Fix", "Try it"]
SEVERITY = {
    "1": ("error",),
    "2": ("error",),
    "3": ("warning",),
    "4": ("error", "warning", "info"),
    "5": ("error",),
    "6": ("warning", "info"),
    "9": ("info",),
}


def part(code: str, title: str) -> str:
    """What stands under that heading of an essay."""
    return re.split(r"^## ", essay(code), flags=re.MULTILINE)[1 + PARTS.index(title)]


def example(code: str) -> str:
    (block,) = re.findall(r"^```sh\n(.*?)^```", part(code, "Try it"), flags=re.MULTILINE | re.DOTALL)
    return str(block)


def unmet(code: str) -> str:
    """Which of the needs that the essay names this machine does not meet."""
    text = part(code, "Try it")
    if "glibc" in text.partition("```")[0] and platform.libc_ver()[0] != "glibc":
        return "not a machine with glibc"
    if "x86-64" in text.partition("```")[0] and platform.machine() != "x86_64":
        return "not an x86-64 machine"
    if "C compiler" in text and not compiler():
        return "no C compiler"
    return ""


def compiler() -> str:
    found = shutil.which("cc") or shutil.which("gcc")
    return found or (f"{sys.executable} -m ziglang cc" if find_spec("ziglang") else "")


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH on which `libccheck`, `python3` and `cc` are the ones of this test run."""
    place = tmp_path_factory.mktemp("bin")
    wanted = {"libccheck": f"{sys.executable} -m libccheck", "python3": sys.executable, "cc": compiler()}
    for name, command in wanted.items():
        if command:
            (place / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
            (place / name).chmod(0o755)
    return f"{place}{os.pathsep}{os.environ['PATH']}"


def ran(block: str, place: Path, path: str) -> str:
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(PACKAGE.parent), "NO_COLOR": "1", "COLUMNS": "80"}
    done = subprocess.run(["sh", "-c", block], capture_output=True, text=True, cwd=place, env=environment, timeout=120)
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
class TestEveryRule:
    def test_is_well_formed(self, rule: libccheck.rules.Rule) -> None:
        assert re.fullmatch(r"LC[1-9]\d\d", rule.code)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
        assert rule.severity in SEVERITY[rule.code[2]]
        assert rule.severity in SEVERITIES
        assert not rule.summary.endswith(".")

    def test_has_an_essay_with_the_fixed_parts(self, rule: libccheck.rules.Rule) -> None:
        text = essay(rule.code)
        assert text.startswith(f"# {rule.code} {rule.name}\n\n")
        assert re.findall(r"^## (.*)$", text, flags=re.MULTILINE) == PARTS
        prose = [line for title in ("Why", "Fix") for line in part(rule.code, title).splitlines() if line[:1] != "|"]
        assert [line for line in prose if len(line) > 100] == []

    def test_is_emitted(self, rule: libccheck.rules.Rule) -> None:
        sources = [file for file in PACKAGE.rglob("*.py") if file.parent != RULES_PLACE]
        assert any(f'"{rule.code}"' in file.read_text(encoding="utf-8") for file in sources)

    def test_is_tested(self, rule: libccheck.rules.Rule) -> None:
        files = [
            file for file in TESTS.rglob("*") if file.is_file() and file.suffix in (".py", "") and file.name != "text"
        ]
        named = [file for file in files if rule.code in file.read_text(encoding="utf-8", errors="replace")]
        stories = list((TESTS / "cases").glob(f"{rule.code}-*"))
        assert [file for file in named if file != Path(__file__)] or stories

    def test_its_example_yields_the_code_first(self, rule: libccheck.rules.Rule, tmp_path: Path, commands: str) -> None:
        if unmet(rule.code):
            pytest.skip(unmet(rule.code))
        output = ran(example(rule.code), tmp_path, commands)
        assert re.findall(r"\bLC\d\d\d\b", output)[:1] == [rule.code], output


REFUSALS = [code for code in RULES if code.startswith("LC1") and code not in ("LC100", "LC108")]


@pytest.mark.parametrize("code", REFUSALS)
def test_the_words_of_the_example_stand_in_the_essay(code: str, tmp_path: Path, commands: str) -> None:
    if unmet(code):
        pytest.skip(unmet(code))
    block = example(code).replace("libccheck check", "libccheck check --format json")
    data: Any = json.loads(ran(block, tmp_path, commands))
    said = [words for words in data["checks"][0]["outcome"]["seen"].values() if words]
    assert said
    assert [words for words in said if words not in part(code, "What you see")] == []


def test_there_is_no_essay_without_a_rule() -> None:
    assert {file.stem for file in RULES_PLACE.glob("LC*.md")} == set(RULES)
