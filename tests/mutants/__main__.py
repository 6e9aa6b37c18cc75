"""`make mutants`: how many of a seeded number of mutants of the launch model the tests let pass."""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence

from tests.mutants import pairs, units
from tests.mutants.calls import LAUNCH
from tests.mutants.equivalent import LIST, reasons
from tests.mutants.mutate import Mutant, mutants
from tests.mutants.overlay import Overlay
from tests.mutants.pairs import Bench, Pair
from tests.reality.sample import seed

_ALLOWED = 0.05
_EQUIVALENT = "equivalent"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="mutants; LIBCCHECK_SEED chooses them")
    parser.add_argument("--only", default="", metavar="TEXT", help="those whose module, function or change has TEXT")
    parser.add_argument("--roots", type=int, default=6, help="in how many roots each program of the corpus judges them")
    parser.add_argument("--spoiled", type=int, default=12, help="how many spoiled pairs of each kind judge them")
    options = parser.parse_args()
    listed = reasons(LIST.read_text(encoding="utf-8"))
    everything = list(mutants("libccheck.launch", LAUNCH))
    stale = sorted(set(listed) - {each.key for each in everything})
    chosen = sorted((each for each in everything if options.only in each.key), key=_lot)[: options.count]
    with Bench() as bench, Overlay() as overlay:
        tests = units.callers(overlay)
        judges = _shuffled([*bench.corpus(options.roots), *bench.spoiled(options.spoiled)])
        print(f"{len(chosen)} of {len(everything)} mutants, {len(judges)} pairs, LIBCCHECK_SEED={seed()}", flush=True)
        counted = _judged(chosen, judges, overlay, tests, listed)
    for each in stale:
        print(f"no such mutant any more: {each}")
    survived = counted["survived"] + counted[_EQUIVALENT]
    print(", ".join(f"{count} {how}" for how, count in counted.most_common()))
    return int(bool(stale) or bool(counted["survived"]) or survived > _ALLOWED * len(chosen))


def _judged(
    chosen: Sequence[Mutant],
    judges: Sequence[Pair],
    overlay: Overlay,
    tests: units.Callers,
    listed: Mapping[str, str],
) -> Counter[str]:
    """How many were noticed by what; those that were not are printed, with the reason where the list has one."""
    counted: Counter[str] = Counter()
    for mutant in chosen:
        how = pairs.noticed(mutant, overlay, judges) or units.noticed(mutant, overlay, tests)
        if not how:
            how = _EQUIVALENT if mutant.key in listed else "survived"
            print(f"{how}: {mutant.key} (line {mutant.line})", flush=True)
        if how == _EQUIVALENT:
            print(f"    {listed[mutant.key]}", flush=True)
        counted[how] += 1
    return counted


def _lot(mutant: Mutant) -> bytes:
    """Its place in the draw; that of the others does not change it."""
    return hashlib.sha256(f"{seed()} {mutant.key}".encode()).digest()


def _shuffled(judges: list[Pair]) -> list[Pair]:
    """Those first that call what no pair before them called together: they find most."""
    random.Random(seed()).shuffle(judges)
    first = {each.calls: each for each in reversed(judges)}
    known = {id(each) for each in first.values()}
    return [*first.values(), *(each for each in judges if id(each) not in known)]


if __name__ == "__main__":
    sys.exit(main())
