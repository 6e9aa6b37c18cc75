"""What README shows of `inspect` and `probe` is what the golden cases hold them to."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("story", ["inspect-glibc-program", "inspect-wheel", "probe-several"])
def test_the_readme_shows_what_is_printed(story: str) -> None:
    text = (ROOT / "tests" / "cases" / story / "text").read_text(encoding="utf-8")
    shown = "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())
    assert shown in (ROOT / "README.md").read_text(encoding="utf-8")
