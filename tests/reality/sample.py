"""How much of its material a run takes: all of it, or a seeded sample in which nothing is left out entirely."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Sequence
from typing import TypeVar

import pytest

from tests.extent import ELSEWHERE, everything, everything_required, patient

_SIZE = 1000
_SIZE_WHERE_ALL_IS_THERE = 2500
_OF_EACH_PROGRAM = 2
_OF_EACH_ROOT = 15
_OF_A_CATALOG_ENTRY = 60
_FAR = ("trixie", "sid", "mixed")

_Item = TypeVar("_Item")


def seed() -> int:
    return int(os.environ.get("LIBCCHECK_SEED", "1"))


def size(small: int, large: int) -> int:
    """How many a sample takes: CI, which is to have every tool, takes more than a developer who waits."""
    return large if everything_required() else small


def dear(what: str) -> None:
    """Leave out, for a developer who waits, a test of what takes minutes to set up; CI and `make proofs` take it."""
    if not patient():
        pytest.skip(f"{what} takes minutes to set up: {ELSEWHERE}")


def near(roots: Iterable[str]) -> tuple[str, ...]:
    """Those that are had quickly: each suite of Debian takes half a minute, and for a developer two of them will do."""
    if patient():
        return tuple(roots)
    return tuple(each for each in roots if not any(suite in each for suite in _FAR))


def sample(programs: Sequence[str], roots: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of program and root, ordered by root; LIBCCHECK_SEED chooses, LIBCCHECK_PROOFS takes all."""
    pairs = [(program, root) for root in roots for program in programs]
    count = size(_SIZE, _SIZE_WHERE_ALL_IS_THERE)
    if everything() or len(pairs) <= count:
        return pairs
    shuffled = pairs.copy()
    random.Random(seed()).shuffle(shuffled)
    chosen = {*shuffled[:count], *_first(shuffled, 0, _OF_EACH_PROGRAM), *_first(shuffled, 1, _OF_EACH_ROOT)}
    return [each for each in pairs if each in chosen]


def some(programs: Sequence[str], root: str) -> Sequence[str]:
    """A few programs, others for each root; LIBCCHECK_PROOFS takes all."""
    return few(programs, _OF_A_CATALOG_ENTRY, root)


def few(items: Sequence[_Item], count: int, salt: str = "") -> Sequence[_Item]:
    """So many of the items, others for each salt; LIBCCHECK_PROOFS takes all."""
    if everything():
        return items
    return random.Random(f"{seed()} {salt}").sample(items, min(len(items), count))


def _first(pairs: Iterable[tuple[str, str]], column: int, count: int) -> Iterable[tuple[str, str]]:
    """The first `count` pairs of each value in that column."""
    seen: dict[str, int] = {}
    for pair in pairs:
        seen[pair[column]] = seen.get(pair[column], 0) + 1
        if seen[pair[column]] <= count:
            yield pair
