"""What `explain` found, for people and as JSON by the schema `libccheck/explain/1`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence

from libccheck.causes import Cause
from libccheck.formats.paper import Paper
from libccheck.formats.visible import visible
from libccheck.rules import RULES, Rule

SCHEMA = "libccheck/explain/1"
_INDENT = "     "


def listed(rules: Sequence[Rule]) -> str:
    """One line a rule."""
    return "".join(f"{each.code}  {each.name:28}{each.summary}\n" for each in rules)


def ranked(causes: Sequence[Cause], paper: Paper) -> str:
    """The causes of words, the likeliest first: how to tell each from the others, and the command that would."""
    lines: list[str] = []
    for number, cause in enumerate(causes, 1):
        rule = RULES[cause.code]
        lines.append(f"  {number}. {_styled(rule.code, '1', paper)} {rule.name}")
        lines += textwrap.wrap(cause.tell, paper.width, initial_indent=_INDENT, subsequent_indent=_INDENT)
    command = _styled(visible(causes[0].command), "36", paper)
    essay = _styled(f"libccheck explain {causes[0].code}", "36", paper)
    lines += ["", f"  tell them apart  {command}", f"  more             {essay}"]
    return "\n".join(lines) + "\n"


def as_json(words: str, found: Mapping[str, str], causes: Sequence[Cause]) -> str:
    """`found`: rule codes in order, each with its essay; `causes`: those of the same codes, where words led there."""
    tells = {cause.code: cause for cause in causes}
    data = {
        "schema": SCHEMA,
        "words": words,
        "rules": [
            {
                "code": code,
                "name": RULES[code].name,
                "severity": RULES[code].severity,
                "summary": RULES[code].summary,
                "tell": tells[code].tell if code in tells else None,
                "command": tells[code].command if code in tells else None,
                "essay": essay,
            }
            for code, essay in found.items()
        ],
    }
    return json.dumps(data, indent=2) + "\n"


def _styled(text: str, code: str, paper: Paper) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if paper.color else text
