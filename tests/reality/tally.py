"""Counts what has been compared, for the table at the end of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.reality.compare import Compared


class Tally:
    """Pairs by code and loader; those without a verdict are not compared, only counted."""

    def __init__(self) -> None:
        self.cells: Counter[tuple[str, str]] = Counter()
        self.equal = self.unequal = self.unclear = 0

    def add(self, compared: Compared) -> None:
        if compared.code.startswith("LC9"):
            self.unclear += 1
            return
        self.cells[compared.code, compared.loader] += 1
        if compared.disagreements:
            self.unequal += 1
        else:
            self.equal += 1

    @property
    def pairs(self) -> int:
        """How many were compared."""
        return self.equal + self.unequal

    def of(self, code: str) -> int:
        return sum(count for (each, _), count in self.cells.items() if each == code)

    def lines(self) -> Iterator[str]:
        """The sentence, then the table of code by loader."""
        unclear = f", {self.unclear} not decidable" if self.unclear else ""
        yield f"{self.pairs} prediction-reality pairs compared, {self.equal} equal{unclear}"
        loaders = sorted({loader for _, loader in self.cells})
        yield ""
        yield "code    " + "".join(f"{each:>9}" for each in loaders) + "      all"
        for code in sorted({code for code, _ in self.cells}):
            row = [self.cells[code, each] for each in loaders]
            yield f"{code:8}" + "".join(f"{each or '-':>9}" for each in (*row, self.of(code)))


TALLY = Tally()
