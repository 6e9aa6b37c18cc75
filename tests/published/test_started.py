"""Published programs, with all that their packages ship, in every root: what is predicted is what really happens.

LIBCCHECK_ROOTS adds the roots that somebody has collected.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import toolchains
from tests.extent import everything
from tests.published.listed import PACKAGES, QUICK
from tests.published.packages import largest
from tests.reality.compare import Comparison
from tests.reality.corpus import HERE, Program
from tests.reality.layers import Layers
from tests.reality.programs.given import placed
from tests.reality.reality import Reality, UnavailableError
from tests.reality.roots import ROOTS
from tests.reality.sample import dear, few
from tests.reality.tally import TALLY, Demand
from tests.reality.workshop import Workshop

_PART = "published programs"
_SAMPLE, _SOME = 3, 12
# Those that another test has fetched.
_CHOSEN = PACKAGES if everything() else few(QUICK, 3, "recommended")[:_SAMPLE]
# Where a program's loader may not be read, nobody may look whether its entry point is reached.
_ROOTS = few([each for each in ROOTS.roots if each != "loader-unreadable"], _SOME, _PART)
TALLY.demand(_PART, Demand(len(_CHOSEN) * len(_ROOTS), len(_CHOSEN) * len(_ROOTS), {}))


@pytest.fixture(scope="module")
def comparison(reality: Reality) -> Iterator[Comparison]:
    dear("a dozen roots for published programs")
    with Layers(Workshop(toolchains.BUILD / "corpus")) as layers:
        yield Comparison(reality, layers, ROOTS, trees=len(_ROOTS))


@pytest.mark.parametrize("package", _CHOSEN)
def test_prediction_equals_reality(package: str, comparison: Comparison) -> None:
    wrong: list[str] = []
    try:
        program = _program(package)
        for root in _ROOTS:
            compared = comparison.compare_once(program, root)
            TALLY.add(compared, _PART)
            wrong += [f"{root}: {each}\nreality {compared.reality!r}" for each in compared.disagreements]
    except (toolchains.MissingError, UnavailableError) as error:
        toolchains.missing(error)
    assert not wrong, "\n".join(("", *wrong))


def _program(package: str) -> Program:
    """It announces nothing: it has started when its entry point is reached."""
    path, room = largest(package)
    return Program(package, f"{HERE}/{path.relative_to(room)}", dict(placed(room, HERE)), word=None)
