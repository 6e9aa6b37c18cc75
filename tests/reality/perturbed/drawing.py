"""How a perturbation is drawn: what all kinds of it share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import reject, strategies
from hypothesis.strategies import DataObject

from tests.reality.corpus import Entry, Program
from tests.reality.perturbed.binary import Binary
from tests.reality.perturbed.scenes import Scene, Touched

T = TypeVar("T")
Kind = Callable[["Draw", Scene], Program]


class Draw:
    """What Hypothesis chooses, so that it can be made smaller and come again."""

    def __init__(self, data: DataObject) -> None:
        self._data = data

    def one(self, among: Sequence[T]) -> T:
        """One of them; the example is given up where there are none."""
        if not among:
            reject()
        return self._data.draw(strategies.sampled_from(among))

    def number(self, low: int, high: int) -> int:
        if high < low:
            reject()
        return self._data.draw(strategies.integers(low, high))


def changed(scene: Scene, file: Touched, data: Binary | bytes, *, silent: bool = False) -> Program:
    """The scene's program with that file's bytes replaced; `silent`: it may well say nothing after its start."""
    content = bytes(data.data) if isinstance(data, Binary) else data
    program = scene.spoiled({file.path: Entry(content, file.mode)})
    return scene.silent(program) if silent else program


def mutated(text: str, draw: Draw) -> str:
    """A name with one letter or digit changed, of the same length."""
    at = draw.one([at for at, each in enumerate(text) if each.isalnum()])
    others = "0123456789" if text[at].isdigit() else "abcxyz"
    return text[:at] + draw.one([each for each in others if each != text[at]]) + text[at + 1 :]
