"""What `explain` found, for people and as JSON by the schema `libccheck/explain/1`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence

from libccheck.causes import Cause, Reading
from libccheck.formats.paper import Paper
from libccheck.formats.visible import visible
from libccheck.rules import RULES, Rule

SCHEMA = "libccheck/explain/1"
_WIDEST = 88
_MOST_OF_A_LINE = 400


def listed(rules: Sequence[Rule], paper: Paper) -> str:
    """One entry a rule: code, name, and what it says, beside each other as far as the paper goes."""
    lines: list[str] = []
    for each in rules:
        start = f"{each.code}  {each.name:28}"
        told = textwrap.wrap(each.summary, max(paper.width - len(start), 20)) or [""]
        lines.append(f"{_styled(each.code, '1', paper)}  {each.name:28}{told[0]}")
        lines += (" " * len(start) + more for more in told[1:])
    return "\n".join(lines) + "\n"


def ranked(reading: Reading, paper: Paper) -> str:
    """The line that tells, its causes, the likeliest first and how to recognize each, the command that would decide."""
    width = min(paper.width, _WIDEST)
    said = textwrap.wrap(visible(reading.line)[:_MOST_OF_A_LINE], width - 2, break_on_hyphens=False)
    lines = [f"  {line}" for line in said] + [""]
    for number, cause in enumerate(reading.causes, 1):
        lines += _entry(number if len(reading.causes) > 1 else 0, cause, width, paper)
    label = "which of them" if len(reading.causes) > 1 else "to be sure"
    first = reading.causes[0]
    commands = [(label, first.command)]
    if first.command.startswith("libccheck check "):
        commands.append(("by Dockerfile", "libccheck dockerfile Dockerfile"))
    if first.code:
        commands.append(("how to fix it", f"libccheck explain {first.code}"))
    column = max(len(label) for label, _ in commands) + 2
    lines += [f"  {label:{column}}{_styled(visible(command), '36', paper)}" for label, command in commands]
    return "\n".join(lines) + "\n"


def as_json(words: str, found: Mapping[str, str], reading: Reading | None) -> str:
    """`found`: rule codes in order, each with its essay; with `reading`, those and their order come from words."""
    rules = (
        [_cause(each, found) for each in reading.causes] if reading else [_rule(code, found[code]) for code in found]
    )
    about = reading.about if reading else None
    data = {
        "schema": SCHEMA,
        "words": words,
        "line": reading.line if reading else None,
        "program": about.program or None if about else None,
        "image": about.image or None if about else None,
        "rules": rules,
    }
    return json.dumps(data, indent=2) + "\n"


def _entry(number: int, cause: Cause, width: int, paper: Paper) -> list[str]:
    """A heading, and behind it how to recognize the cause."""
    start = f"  {number}. " if number else "  "
    heading = start + " ".join((_styled(cause.code or cause.name, "1", paper), cause.name)[: 2 if cause.code else 1])
    return [
        heading,
        *textwrap.wrap(cause.tell, width, initial_indent=" " * len(start), subsequent_indent=" " * len(start)),
        "",
    ]


def _rule(code: str, essay: str) -> dict[str, object]:
    rule = RULES[code]
    return {
        "code": code,
        "name": rule.name,
        "severity": rule.severity,
        "summary": rule.summary,
        "tell": None,
        "command": None,
        "essay": essay,
    }


def _cause(cause: Cause, found: Mapping[str, str]) -> dict[str, object]:
    """A cause without a rule has neither severity nor essay."""
    data = (
        _rule(cause.code, found[cause.code])
        if cause.code
        else {"code": None, "name": cause.name, "severity": None, "summary": cause.tell}
    )
    return {**data, "tell": cause.tell, "command": cause.command, "essay": found.get(cause.code)}


def _styled(text: str, code: str, paper: Paper) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if paper.color else text
