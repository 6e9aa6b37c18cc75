"""A bar of characters."""

from __future__ import annotations

_EIGHTHS = " ▏▎▍▌▋▊▉"
_FULL = "█"


def bar(share: float, width: int, unicode: bool) -> str:
    """That share of the width, between 0 and 1, in eighths of a column where there are characters for them.

    What is more than nothing is never drawn as nothing.
    """
    if not unicode:
        return "#" * max(round(share * width), 1 if share > 0 else 0)
    eighths = max(round(share * width * 8), 1 if share > 0 else 0)
    return _FULL * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
