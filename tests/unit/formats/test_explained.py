"""What `explain` prints."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

import libccheck.schema
from libccheck.causes import causes
from libccheck.formats.explained import as_json, ranked
from libccheck.formats.paper import Paper

SCHEMA = json.loads((Path(libccheck.schema.__path__[0]) / "explain-1.json").read_text(encoding="utf-8"))


def test_the_likeliest_cause_stands_first_and_no_line_is_too_wide() -> None:
    text = ranked(causes("exec /app: no such file or directory"), Paper(80))
    assert text.startswith("  1. LC101 interpreter-missing\n")
    assert max(map(len, text.splitlines())) <= 80
    assert "libccheck check ./app --image IMAGE" in text


def test_colors_only_on_paper_that_has_them() -> None:
    found = causes("exec format error")
    assert "\x1b" not in ranked(found, Paper(80))
    assert "\x1b[1mLC102" in ranked(found, Paper(80, color=True))


def test_json_follows_its_schema_with_and_without_causes() -> None:
    found = causes("exec /run.sh: no such file or directory")
    essays = {cause.code: "# essay" for cause in found}
    for data in (as_json("words", essays, found), as_json("LC101", {"LC101": "# essay"}, ())):
        jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(data))
    assert json.loads(as_json("w", essays, found))["rules"][0]["code"] == "LC106"
