"""The list of mutants that no test can notice, each with the reason: `equivalent.txt` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

LIST = Path(__file__).with_name("equivalent.txt")


def reasons(text: str) -> Mapping[str, str]:
    """By the key of the mutant. A line that is not indented is a key, the indented ones behind it are its reason;
    lines with # are remarks. ValueError where a reason is missing or a key stands twice."""
    found: dict[str, list[str]] = {}
    key = ""
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line[0].isspace():
            key = line
            if key in found:
                raise ValueError(f"twice: {key}")
            found[key] = []
        elif key:
            found[key].append(line.strip())
    missing = [each for each, lines in found.items() if not lines]
    if missing:
        raise ValueError(f"no reason: {missing[0]}")
    return {each: " ".join(lines) for each, lines in found.items()}
