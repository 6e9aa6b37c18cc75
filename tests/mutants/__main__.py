"""`make mutants`: how many of a seeded number of mutants of the launch model the tests let pass."""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import libccheck
from tests import toolchains
from tests.mutants.judging import Pair, noticed, pairs, predictions
from tests.mutants.mutate import Mutant, mutants
from tests.reality.layers import Layers
from tests.reality.programs import PROGRAMS, foreign
from tests.reality.roots import ROOTS
from tests.reality.sample import seed
from tests.reality.workshop import Workshop

_LAUNCH = Path(libccheck.__file__).parent / "launch"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="mutants; LIBCCHECK_SEED chooses them")
    parser.add_argument("--pairs", type=int, default=4000, help="pairs of program and root that judge them")
    options = parser.parse_args()
    chance = random.Random(seed())
    names = [(program, root) for program in PROGRAMS for root in ROOTS.roots if _belong(program, root)]
    everything = list(mutants("libccheck.launch", _LAUNCH))
    chosen = chance.sample(everything, min(options.count, len(everything)))
    with Layers(Workshop(toolchains.BUILD / "corpus")) as layers:
        judges = list(pairs(chance.sample(names, min(options.pairs, len(names))), layers))
        print(f"{len(chosen)} of {len(everything)} mutants, {len(judges)} pairs, LIBCCHECK_SEED={seed()}", flush=True)
        _judge(chosen, judges)
    return 0


def _judge(chosen: Sequence[Mutant], judges: Sequence[Pair]) -> None:
    expected = predictions(judges)
    counted: Counter[str] = Counter()
    for mutant in chosen:
        how = noticed(mutant, judges, expected)
        counted[how or "survived"] += 1
        if not how:
            print(f"{mutant.module}:{mutant.line}: {mutant.change}", flush=True)
    print(", ".join(f"{count} {how}" for how, count in counted.most_common()))


def _belong(program: str, root: str) -> bool:
    """What is about uClibc is judged in roots with its loader, the rest elsewhere; other machines are left out."""
    if program.startswith(tuple(foreign.NAMES)):
        return False
    return program.startswith("uclibc-") == root.startswith("uclibc-")


if __name__ == "__main__":
    sys.exit(main())
