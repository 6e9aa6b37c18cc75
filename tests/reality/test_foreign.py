"""Programs for other machines, run by the kernel itself (i386) or by qemu-user: the prediction is what happens."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from libccheck.model import Host
from tests import toolchains
from tests.extent import everything
from tests.reality import foreign_roots
from tests.reality.compare import Comparison
from tests.reality.corpus import Entry
from tests.reality.emulators import EMULATORS
from tests.reality.foreign_roots import FOREIGN_ROOTS
from tests.reality.holding import holds
from tests.reality.layers import Layers
from tests.reality.processor import isa_level
from tests.reality.programs import PROGRAMS
from tests.reality.programs.foreign import NAMES
from tests.reality.reality import Reality, UnavailableError
from tests.reality.sample import dear, few
from tests.reality.tally import TALLY, Demand
from tests.reality.workshop import Workshop

_SAMPLED = ("i386", "arm64", "armhf")
_SOME = 30


def _pairs() -> list[tuple[str, str]]:
    """Every program in every root of its own kind; by default a few programs in the first root of three machines."""
    if everything():
        return [(program, root) for name in NAMES for root in foreign_roots.of(name) for program in NAMES[name]]
    return [(each, foreign_roots.of(name)[0]) for name in _SAMPLED for each in _sampled(name)]


def _sampled(name: str) -> list[str]:
    """Of those that zig makes quickly: with the plainest glibc of the machine, and no static musl."""
    quick = [each for each in NAMES[name] if each.startswith(f"{name}-glibc-") and "-glibc-2." not in each]
    return sorted(few(quick, _SOME, name))


_PAIRS = _pairs()
_PARTS = {name: f"programs for {name}" for name in NAMES}
_LEAST = {"LC101": 30, "LC103": 30, "LC107": 30, "LC201": 30, "LC202": 30, "LC203": 20, "LC204": 20, "starts": 150}
_OF_NEWER_SUITES = {**_LEAST, "LC203": 4}
"""Not every mirror has their older suites, and newer ones have most versions that a program may want."""
for _name in NAMES if everything() else _SAMPLED:
    _count = sum(each.partition("-")[0] == _name for each, _ in _PAIRS)
    _codes = _LEAST if _name in _SAMPLED else _OF_NEWER_SUITES
    TALLY.demand(_PARTS[_name], Demand(_count, *((1000, _codes) if everything() else (_count, {}))))


@pytest.fixture(scope="module")
def comparison(layers: Layers, workshop: Workshop, reality: Reality) -> Iterator[Comparison]:
    del reality  # it skips where there are no namespaces at all
    dear("a root of another machine")
    try:
        emulators = [EMULATORS[name] for name in dict.fromkeys(map(_architecture, _PAIRS)) if name in EMULATORS]
        rules = [each.rule() for each in emulators]
        emulating = Reality(rules)
    except (toolchains.MissingError, UnavailableError) as error:
        toolchains.missing(error)
    _prepare(workshop)
    host = Host("x86_64", tuple(each.emulator() for each in emulators), isa_level=isa_level())
    with emulating:
        yield Comparison(emulating, layers, FOREIGN_ROOTS, host=host)


@pytest.mark.parametrize(("program", "root"), _PAIRS)
def test_prediction_equals_reality(comparison: Comparison, program: str, root: str) -> None:
    name = _architecture((program, root))
    holds(comparison, program, root, _PARTS[name], name)


def _architecture(pair: tuple[str, str]) -> str:
    return pair[0].partition("-")[0]


def _prepare(workshop: Workshop) -> None:
    """All chosen programs and roots, on all processors; what fails here fails again in its test."""
    tasks: list[Callable[[], object]] = [partial(FOREIGN_ROOTS.path, each) for each in {root for _, root in _PAIRS}]
    tasks += [
        partial(workshop.read, placed.content)
        for program in dict.fromkeys(program for program, _ in _PAIRS)
        for placed in PROGRAMS[program].files.values()
        if isinstance(placed, Entry) and not isinstance(placed.content, Path)
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for each in tasks:
            pool.submit(each)
