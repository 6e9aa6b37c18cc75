"""Programs linked with uClibc-ng in every root that has its loader: what is predicted is what really happens."""

from __future__ import annotations

import random
import tarfile
from pathlib import Path

import pytest

from tests import toolchains, uclibc
from tests.extent import everything
from tests.reality.compare import Comparison
from tests.reality.holding import holds
from tests.reality.layers import Layers
from tests.reality.parts import UCLIBC
from tests.reality.programs.uclibc import PROGRAMS
from tests.reality.reality import Reality
from tests.reality.roots import ROOTS, Roots, given_archives
from tests.reality.sample import seed, size
from tests.reality.tally import TALLY, Demand
from tests.uclibc import GENERATIONS

_SIZE = size(100, 400)
_MAIN_ROOT = "uclibc-ng"


def _pairs() -> list[tuple[str, str]]:
    """Every program in the plainest root, and a sample of all others, given ones included; proofs take everything.

    Of those that dlopen a library one generation will do, and for a developer who waits a few of the sample.
    """
    names = [each.name for each in PROGRAMS]
    opening = f"uclibc-{GENERATIONS[0]}-opens-" if toolchains.everything_required() else "none"
    first = [
        (name, _MAIN_ROOT)
        for name in names
        if not name.startswith("uclibc-0.9.32-") and ("-opens-" not in name or name.startswith(opening))
    ]
    given = {f"given-{each.name}" for each in given_archives() if _has_loader(each)}
    others = [(name, root) for root in ROOTS.roots if "uclibc" in root or root in given for name in names]
    rest = [each for each in others if each not in set(first)]
    return first + (rest if everything() else random.Random(seed()).sample(rest, min(_SIZE, len(rest))))


def _has_loader(archive: Path) -> bool:
    with tarfile.open(archive) as file:
        return any("-uClibc" in each.name.rpartition("/")[2] for each in file)


_PAIRS = _pairs()
TALLY.demand(UCLIBC, Demand(len(_PAIRS), 100, {"LC201": 20, "LC202": 10, "LC204": 10, "starts": 30}, "uclibc"))


@pytest.fixture(scope="module")
def comparison(reality: Reality, layers: Layers, roots: Roots) -> Comparison:
    try:
        uclibc.built()
    except uclibc.MissingError as error:
        toolchains.missing(error)
    return Comparison(reality, layers, roots)


@pytest.mark.parametrize(("program", "root"), _PAIRS)
def test_prediction_equals_reality(comparison: Comparison, program: str, root: str) -> None:
    holds(comparison, program, root, UCLIBC)
