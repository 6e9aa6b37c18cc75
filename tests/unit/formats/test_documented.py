"""The page of the rules has every rule, that of JSON every schema; `pytest --update` writes the table of the rules."""

from __future__ import annotations

from pathlib import Path

import libccheck.schema
from libccheck.rules import RULES

DOCS = Path(__file__).parents[3] / "docs"
PAGE = DOCS / "rules.md"
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


def test_every_schema_is_named() -> None:
    page = (DOCS / "json.md").read_text(encoding="utf-8")
    names = [each.stem.rpartition("-") for each in Path(libccheck.schema.__path__[0]).glob("*.json")]
    assert names
    assert [name for name, _, number in names if f"`libccheck/{name}/{number}`" not in page] == []
