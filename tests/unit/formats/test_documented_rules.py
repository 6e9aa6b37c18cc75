"""The page of the rules has every rule; `pytest --update` writes its table."""

from __future__ import annotations

from pathlib import Path

from libccheck.rules import RULES

PAGE = Path(__file__).parents[3] / "docs" / "rules.md"
_TABLE = "| --- | --- | --- | --- |\n"


def test_every_rule_has_its_line_and_leads_to_its_essay(update: bool) -> None:
    table = "".join(
        f"| [{each.code}](../src/libccheck/rules/{each.code}.md) | {each.name} | {each.severity} | {each.summary} |\n"
        for each in RULES.values()
    )
    start, line, written = PAGE.read_text(encoding="utf-8").partition(_TABLE)
    if update:
        PAGE.write_text(start + line + table, encoding="utf-8")
        return
    assert written == table
