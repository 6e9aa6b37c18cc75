"""Whether a path is one that a pattern of programs stands for."""

from __future__ import annotations

from fnmatch import fnmatchcase


def covers(pattern: str, path: str) -> bool:
    """Part by part, `**` for any number of them; what is below a directory that is meant is meant too."""
    wanted = [each for each in pattern.split("/") if each not in ("", ".")]
    parts = [each for each in path.split("/") if each not in ("", ".")]
    reached = _onward({0}, wanted)  # how many of the wanted ones may have been used up
    for part in parts:
        if len(wanted) in reached:
            return True
        used = {at + 1 for at in reached if at < len(wanted) and wanted[at] != "**" and fnmatchcase(part, wanted[at])}
        reached = _onward(used | {at for at in reached if at < len(wanted) and wanted[at] == "**"}, wanted)
    return len(wanted) in reached


def _onward(reached: set[int], wanted: list[str]) -> set[int]:
    """With what `**` may stand for: nothing at all."""
    further = set(reached)
    for at in sorted(reached):
        while at < len(wanted) and wanted[at] == "**":
            at += 1
            further.add(at)
    return further
