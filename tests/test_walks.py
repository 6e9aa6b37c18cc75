"""Walks through the command line, one command after the other in the same directory, as somebody took them.

`pytest --update tests/test_walks.py` rewrites what is shown.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tests.shown import ran, rewritten, shown, steady
from tests.test_cases import CASES

WALKS = sorted(CASES.glob("*/transcript.md"))


@pytest.mark.parametrize("transcript", WALKS, ids=lambda each: each.parent.name)
def test_each_step_prints_what_is_written(
    transcript: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(transcript.parent / "make.py"))
    text = transcript.read_text(encoding="utf-8")
    outputs = {each.command: ran(each.command, tmp_path) for each in shown(text)}
    if update:
        transcript.write_text(rewritten(text, outputs), encoding="utf-8")
        return
    for each in shown(text):
        assert steady(each.output) == steady(outputs[each.command]), each.command
    assert text.rstrip().endswith("0\n```")
