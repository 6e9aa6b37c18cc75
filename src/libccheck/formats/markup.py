"""Text out of files inside of Markdown as GitHub and GitLab read it: shown, and never markup, a link or a mention."""

from __future__ import annotations

import re
from collections.abc import Iterable

from libccheck.formats.visible import visible

_PROSE = {code: f"&#{code};" for code in map(ord, "&<>`*_[]|\\~$")}
_CODE = {**_PROSE, **{code: f"&#{code};" for code in map(ord, "@#")}}
_COLONS = re.compile(r":(?=//|[\w+-]+:)")  # of an address, or of an emoji
_CALLS = re.compile(r"(?<!&)[@#]")
_SITES = re.compile(r"(www)\.", re.IGNORECASE)
_PLAIN = re.compile(r"[^`|\\ ](?:[^`|\\]*[^`|\\ ])?")
_TICKS = re.compile(r"`+")


def prose(text: str) -> str:
    """In a sentence; nobody is called by `@name`, no issue by `#1`, and no address becomes a link."""
    return _unlinked(_CALLS.sub(r"\g<0><!-- -->", visible(text).translate(_PROSE)))


def code(text: str) -> str:
    """A name or a command inside of a line, a table's cell too."""
    shown = visible(text)
    if _PLAIN.fullmatch(shown):
        return f"`{shown}`"
    return f"<code>{_unlinked(shown.translate(_CODE))}</code>"


def fence(lines: Iterable[str], language: str = "text") -> list[str]:
    """Lines that are visible already, as a block that none of them closes."""
    inside = list(lines)
    longest = max((len(run) for line in inside for run in _TICKS.findall(line)), default=0)
    ticks = "`" * max(longest + 1, 3)
    return [f"{ticks}{language}", *inside, ticks]


def _unlinked(text: str) -> str:
    return _SITES.sub(r"\1&#46;", _COLONS.sub("&#58;", text))
