"""On which line of a TOML text a key stands, which its readers do not say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Path = tuple["str | int", ...]
"""Keys and, in lists, positions: ("tool", "libccheck", "check", 0, "images")."""

_NOTHING = object()
_LONGEST = 1 << 17
_MOST_TRIES = 100


def line_of(text: str, path: Path, parse: Callable[[str], Mapping[str, Any]]) -> int:
    """The line, from 1, on which the statement begins that brings what is at the path, or the nearest that is there.

    `text` is valid TOML: what is cut off behind a statement can be parsed, and what is cut off within one cannot. So
    the last line without the path, and the first with it, are found by halving. 0 where that would take too long.
    """
    if len(text) > _LONGEST:
        return 0
    while path and _at(parse(text), path) is _NOTHING:
        path = path[:-1]
    lines = [f"{each}\n" for each in text.split("\n")]
    low, high = 0, len(lines)  # statements end there: without the path, and with it
    while True:
        middle, found = _statement_end(lines, low, high, parse)
        if middle == low and high - low > _MOST_TRIES:
            return 0
        if middle == low:
            return low + 1 + _blank(lines[low:high])
        if _at(found, path) is _NOTHING:
            low = middle
        else:
            high = middle


def header_lines(text: str, name: str) -> list[int]:
    """The lines of all `[[tool.libccheck.NAME]]`, or `[[NAME]]`, from the top; what stands in a text of several lines
    counts too, so that their number may be wrong."""
    header = re.compile(rf"\s*\[\[\s*(?:tool\s*\.\s*libccheck\s*\.\s*)?{name}\s*\]\]")
    return [number for number, line in enumerate(text.split("\n"), 1) if header.match(line)]


def _statement_end(
    lines: Sequence[str], low: int, high: int, parse: Callable[[str], Mapping[str, Any]]
) -> tuple[int, Mapping[str, Any]]:
    """An end of a statement strictly between the two, about in the middle; `low` where there is none."""
    middle = (low + high) // 2
    for end in (*range(middle, low, -1), *range(middle + 1, high))[:_MOST_TRIES]:
        try:
            return end, parse("".join(lines[:end]))
        except ValueError:
            continue
    return low, {}


def _at(data: Any, path: Path) -> Any:
    for step in path:
        try:
            data = data[step]
        except (LookupError, TypeError):
            return _NOTHING
    return data


def _blank(lines: Sequence[str]) -> int:
    """How many lines before the statement say nothing."""
    return next((number for number, each in enumerate(lines) if each.strip() and not each.lstrip().startswith("#")), 0)
