"""Lines out of what was pasted: without colors, without the quoting of logs, one line of the original each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_COLORS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]|\^\[\[[\d;]*m")
_LOST_COLORS = re.compile(r"\[(?:\d{1,2}(?:;\d{1,3})*)?m(?=\S)")
_UNSEEN = re.compile("[\u200b-\u200f\u2028\u2029\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MOST_LINES = 1000
_LONGEST_LINE = 3000
_LONGEST_WORD = 600
_DEEPEST = 8


def lines(words: str) -> list[str]:
    """The lines, top to bottom; what a JSON log holds takes the place of its line."""
    text = _COLORS.sub("", words)
    text = _LOST_COLORS.sub("", text)
    # A carriage return inside of a line is a part of what is said; at the end, it is how the line was pasted.
    found: list[str] = []
    for line in text.split("\n")[-_MOST_LINES:]:
        line = line.rstrip("\r").replace("\r", "^M").replace("\u00a0", " ")
        found += (_short(_UNSEEN.sub("", each)) for each in _unlogged(line))
    return list(dict.fromkeys(line for line in found if line))


def _short(line: str) -> str:
    """Single spaces, and no more than a message needs: what is matched against a hundred patterns is not ours."""
    return " ".join(word[:_LONGEST_WORD] for word in line.split())[:_LONGEST_LINE]


def _unlogged(line: str) -> list[str]:
    start = line.find("{")
    if start >= 0 and '":' in line.replace('" :', '":'):
        try:
            value, end = json.JSONDecoder().raw_decode(line[start:])
        except (ValueError, RecursionError):
            pass
        else:
            texts = [part for text in _strings(value) for part in text.replace("\r\n", "\n").split("\n")]
            return [f"{line[:start]} {text} {line[start + end :]}".strip() for text in texts] or [line]
    if '\\"' in line or "\\n" in line:
        line = line.replace('\\\\\\"', '"').replace('\\"', '"')
        return re.split(r"\\n(?![\w])|\\n(?=[A-Z])", line)
    return [line]


def _strings(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < _DEEPEST and isinstance(value, (list, dict)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each, depth + 1)
