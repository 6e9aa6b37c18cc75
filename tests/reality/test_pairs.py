"""Every program of the corpus in every root: what is predicted is what really happens."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.reality.compare import Comparison
from tests.reality.corpus import Entry
from tests.reality.holding import holds
from tests.reality.layers import Layers
from tests.reality.parts import CORPUS
from tests.reality.programs import PROGRAMS, foreign
from tests.reality.reality import Reality
from tests.reality.roots import ROOTS, Roots
from tests.reality.sample import near, sample
from tests.reality.tally import TALLY, Demand
from tests.reality.workshop import Workshop

_PAIRS = sample(
    # What is about uClibc alone, or for other machines, has a test of its own.
    [each for each in PROGRAMS if not each.startswith(("uclibc-", *foreign.NAMES))],
    [each for each in near(ROOTS.roots) if not each.startswith("uclibc-ng-")],
)
TALLY.demand(CORPUS, Demand(len(_PAIRS), 600, {"LC101": 20, "LC201": 20, "LC203": 20, "LC204": 20, "starts": 100}))


@pytest.fixture(scope="module")
def comparison(reality: Reality, workshop: Workshop, layers: Layers, roots: Roots) -> Comparison:
    _prepare(workshop, roots)
    return Comparison(reality, layers, roots)


@pytest.mark.parametrize(("program", "root"), _PAIRS)
def test_prediction_equals_reality(comparison: Comparison, program: str, root: str) -> None:
    holds(comparison, program, root, CORPUS)


def _prepare(workshop: Workshop, roots: Roots) -> None:
    """All chosen programs and roots, on all processors; what fails here fails again in its test."""
    programs = dict.fromkeys(program for program, _ in _PAIRS)
    tasks: list[Callable[[], object]] = [
        partial(roots.path, each) for each in dict.fromkeys(root for _, root in _PAIRS)
    ]
    tasks += [
        partial(workshop.read, placed.content)
        for program in programs
        for placed in PROGRAMS[program].files.values()
        if isinstance(placed, Entry) and not isinstance(placed.content, Path)
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for each in tasks:
            pool.submit(each)
