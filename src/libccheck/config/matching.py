"""Whether a path is one that a pattern of programs stands for."""

from __future__ import annotations

from fnmatch import fnmatchcase

from libccheck.stars import prefixes


def covers(pattern: str, path: str) -> bool:
    """Part by part, `**` for any number of them; what is below a directory that is meant is meant too."""
    wanted, parts = ([each for each in text.split("/") if each not in ("", ".")] for text in (pattern, path))
    return bool(prefixes(wanted, parts, "**", lambda glob, part: fnmatchcase(part, glob)))
