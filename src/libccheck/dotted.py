"""The numbers of a version, by which versions are compared."""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"\d{1,9}(?:\.\d{1,9}){0,7}", re.ASCII)


def dotted(version: str | None) -> tuple[int, ...]:
    """ "1.2.4_git20230717" as (1, 2, 4): what it begins with; () where that is no number, or there is no version."""
    match = _NUMBERS.match(version or "")
    return tuple(map(int, match[0].split("."))) if match else ()
