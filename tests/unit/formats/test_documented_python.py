"""The Python of the documentation does what its comments say."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
STORY = "LC101-glibc-program-on-alpine"


def test_its_python_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    section = PAGE.partition("## Python\n")[2].partition("\n## ")[0]
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
    assert compared == 5
