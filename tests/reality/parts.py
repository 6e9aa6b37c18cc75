"""The parts of the tests that run on x86-64 itself, and what the proofs must have compared in all of them together."""

from __future__ import annotations

from tests.extent import everything
from tests.reality.binding import EAGER, NOW
from tests.reality.tally import TALLY, Demand

CORPUS = "programs of the corpus"
UCLIBC = "programs linked with uClibc"
SPOILED = "spoiled programs and roots"

MOST = ("LC101", "LC201", "LC203")
OTHERS = ("LC102", "LC103", "LC104", "LC105", "LC106", "LC107", "LC202", "LC205", "LC207", "LC209")
FLOORS = {**dict.fromkeys(MOST, 100), **dict.fromkeys(OTHERS, 30), "starts": 300}
_SYMBOLS = (f"LC204 glibc {EAGER}", f"LC204 glibc {NOW}", "LC204 musl", "LC204 uclibc")
_PAIRS = 3000

if everything():
    TALLY.demand_of_all((CORPUS, UCLIBC, SPOILED), Demand(0, _PAIRS, {**FLOORS, **dict.fromkeys(_SYMBOLS, 100)}))
