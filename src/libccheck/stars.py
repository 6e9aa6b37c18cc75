"""Patterns in which one part stands for any number of what is matched; the time is their lengths multiplied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

_Given = TypeVar("_Given")


def prefixes(
    wanted: Sequence[str], given: Sequence[_Given], star: str, takes: Callable[[str, _Given], bool]
) -> list[int]:
    """The lengths of all beginnings of `given` that the pattern `wanted` matches, the shortest first.

    takes: whether a part that is no star matches one of those given.
    """
    found: list[int] = []
    reached = _onward({0}, wanted, star)  # how many of the wanted ones may have been used up
    for length, each in enumerate(given):
        if len(wanted) in reached:
            found.append(length)
        used = {
            at if wanted[at] == star else at + 1
            for at in reached
            if at < len(wanted) and (wanted[at] == star or takes(wanted[at], each))
        }
        if not used:
            return found
        reached = _onward(used, wanted, star)
    return [*found, len(given)] if len(wanted) in reached else found


def _onward(reached: set[int], wanted: Sequence[str], star: str) -> set[int]:
    """With what is reached where a star stands for nothing."""
    further = set(reached)
    for at in sorted(reached):
        while at < len(wanted) and wanted[at] == star:
            at += 1
            further.add(at)
    return further
