"""What `explain` prints."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import libccheck.schema
from libccheck.causes import Reading, read
from libccheck.formats.explained import as_json, listed, ranked
from libccheck.formats.paper import Paper
from libccheck.rules import RULES

SCHEMA = json.loads((Path(libccheck.schema.__path__[0]) / "explain-1.json").read_text(encoding="utf-8"))


def reading(words: str) -> Reading:
    found = read(words)
    assert found is not None
    return found


def test_several_causes_are_numbered_the_likeliest_first() -> None:
    text = ranked(reading("web-1  | exec /app: no such file or directory"), Paper(80))
    assert text.startswith("  web-1 | exec /app: no such file or directory\n\n  1. LC101 interpreter-missing\n     ")
    assert "\n  4. LC100 program-missing\n" in text
    assert text.endswith(
        "\n  which of them  libccheck check ./app --image IMAGE\n"
        "  by Dockerfile  libccheck dockerfile Dockerfile\n  how to fix it  libccheck explain LC101\n"
    )


def test_one_cause_has_no_number() -> None:
    text = ranked(reading("FATAL: kernel too old"), Paper(80))
    assert "\n  LC206 kernel-too-old\n  the image's glibc" in text
    assert "\n  to be sure     libccheck check PROGRAM --image IMAGE --host kernel=3.10\n" in text


def test_a_cause_without_a_rule_has_no_essay() -> None:
    text = ranked(reading("make: /bin/sh: Operation not permitted"), Paper(80))
    assert "\n  system-call-forbidden\n  the engine" in text
    assert "libccheck explain" not in text


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_too_wide(width: int) -> None:
    long = "exec /opt/app: no such file or directory " * 20
    texts = [ranked(reading(long), Paper(width)), listed(tuple(RULES.values()), Paper(width))]
    assert max(len(line) for text in texts for line in text.splitlines() if "libccheck " not in line) <= max(width, 56)


def test_colors_only_on_paper_that_has_them() -> None:
    found = reading("\x1b[31mexec format error")
    assert "\x1b" not in ranked(found, Paper(80))
    assert "\x1b[1mLC102" in ranked(found, Paper(80, color=True))


def test_json_follows_its_schema_with_and_without_causes() -> None:
    found = reading("exec /run.sh: no such file or directory")
    essays = {cause.code: "# essay" for cause in found.causes}
    host = reading("make: /bin/sh: Operation not permitted")
    for data in (as_json("words", essays, found), as_json("LC101", {"LC101": "# essay"}, None), as_json("w", {}, host)):
        jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(data))
    data = json.loads(as_json("w", essays, found))
    assert (data["rules"][0]["code"], data["program"], data["image"]) == ("LC106", "/run.sh", None)
    assert [rule["code"] for rule in json.loads(as_json("w", {}, host))["rules"]] == [None]
