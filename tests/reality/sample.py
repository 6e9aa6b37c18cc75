"""Which pairs of the corpus a run takes: all of them, or a seeded sample in which nothing is left out entirely."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Sequence

from tests import toolchains

_SIZE = 1000
_SIZE_WHERE_ALL_IS_THERE = 2500
_OF_EACH_PROGRAM = 2
_OF_EACH_ROOT = 15
_OF_A_CATALOG_ENTRY = 60


def everything() -> bool:
    """Whether this is `make proofs`."""
    return os.environ.get("LIBCCHECK_PROOFS", "") not in ("", "0")


def seed() -> int:
    return int(os.environ.get("LIBCCHECK_SEED", "1"))


def size(small: int, large: int) -> int:
    """How many a sample takes: CI, which is to have every tool, takes more than a developer who waits."""
    return large if toolchains.everything_required() else small


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
    if everything():
        return programs
    return random.Random(f"{seed()} {root}").sample(programs, min(len(programs), _OF_A_CATALOG_ENTRY))


def _first(pairs: Iterable[tuple[str, str]], column: int, count: int) -> Iterable[tuple[str, str]]:
    """The first `count` pairs of each value in that column."""
    seen: dict[str, int] = {}
    for pair in pairs:
        seen[pair[column]] = seen.get(pair[column], 0) + 1
        if seen[pair[column]] <= count:
            yield pair
