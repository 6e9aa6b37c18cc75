"""Which functions of the launch model are called meanwhile: a mutant in another one is not noticed there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import libccheck
from tests.mutants.mutate import Mutant

LAUNCH = Path(libccheck.__file__).parent / "launch"

Call = tuple[str, int]
"""The file of a function, as it is called below the package, and the first line of its code."""
EVERYTHING: Call = ("", 0)
"""What stands outside of any function counts everywhere."""


def call_of(mutant: Mutant) -> Call:
    return (str(mutant.file.relative_to(LAUNCH)), mutant.first) if mutant.scope else EVERYTHING


@contextmanager
def called() -> Iterator[set[Call]]:
    """What is called in the block, once it has ended."""
    calls: set[Call] = {EVERYTHING}
    below = f"{LAUNCH}/"

    def look(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(below):
            calls.add((code.co_filename[len(below) :], code.co_firstlineno))

    sys.settrace(look)
    try:
        yield calls
    finally:
        sys.settrace(None)
