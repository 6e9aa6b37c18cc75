"""Programs and roots of the corpus with one thing spoiled: what is predicted is still what really happens."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import DataObject, data

from tests import toolchains
from tests.extent import everything
from tests.reality.compare import Comparison
from tests.reality.layers import Layers
from tests.reality.parts import FLOORS, SPOILED
from tests.reality.perturbed.drawing import Draw
from tests.reality.perturbed.stage import KINDS, Stage
from tests.reality.reality import Reality, UnavailableError
from tests.reality.roots import Roots
from tests.reality.sample import seed, size
from tests.reality.tally import TALLY, Demand
from tests.reality.workshop import Workshop

_OF_EACH = 60 if everything() else size(2, 4)
_MORE_OF = {
    "version-wanted": 4, "version-defined": 4, "symbol-wanted": 4, "symbol-defined": 2, "bound-now": 3,
    "first-line": 2, "carriage-returns": 2, "machine": 2, "level-raised": 2,
}  # fmt: skip
"""Times as many, in proofs: what shows most of LC203 and LC204, and the little that shows others."""
_ROOTS = 32
if everything():
    TALLY.demand(SPOILED, Demand(40 * len(KINDS), 2000, {**FLOORS, "LC204": 100}))


@pytest.fixture(scope="module")
def comparison(reality: Reality, layers: Layers, roots: Roots) -> Comparison:
    return Comparison(reality, layers, roots, trees=_ROOTS)


@pytest.fixture(scope="module")
def stage(comparison: Comparison, workshop: Workshop) -> Stage:
    return Stage(comparison, workshop)


@pytest.mark.parametrize("kind", KINDS)
def test_prediction_equals_reality(comparison: Comparison, stage: Stage, kind: str) -> None:
    @seeded(seed())
    @settings(
        max_examples=_OF_EACH * (_MORE_OF.get(kind, 1) if everything() else 1),
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(data())
    def holds(drawn: DataObject) -> None:
        draw = Draw(drawn)
        scene = stage.scene(draw, kind)
        compared = comparison.compare_once(KINDS[kind](draw, scene), scene.root)
        TALLY.add(compared, SPOILED)
        wrong = "\n".join((f"{scene.program.name} in {scene.root}", *compared.disagreements))
        assert not compared.disagreements, f"{wrong}\nreality {compared.reality!r}"

    try:
        holds()
    except (toolchains.MissingError, UnavailableError) as error:
        toolchains.missing(error)
