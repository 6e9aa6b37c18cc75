"""What README shows is what the golden cases hold the commands to, and its Python does what its comments say."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
STORY = "LC101-glibc-program-on-alpine"


@pytest.mark.parametrize("story", [STORY, "inspect-glibc-program", "inspect-wheel", "probe-several"])
def test_the_readme_shows_what_is_printed(story: str) -> None:
    text = (ROOT / "tests" / "cases" / story / "text").read_text(encoding="utf-8")
    shown = "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())
    assert shown in README


def test_its_python_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    section = README.partition("## From Python\n")[2].partition("\n## ")[0]
    lines = [line[4:] for line in section.splitlines() if line.startswith("    ")]
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(ROOT / "tests" / "cases" / STORY / "make.py"))
    names: dict[str, object] = {}
    compared = 0
    for line in lines:
        code, comment, value = line.partition("  # ")
        if comment:
            assert repr(eval(code, names)) == value
            compared += 1
        else:
            exec(code, names)
    assert compared == 2
