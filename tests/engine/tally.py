"""Counts what real engines and shells were seen to do, for the table at the end of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from libccheck.model import Launch, Started


class Cell(NamedTuple):
    code: str
    by: str


class Seen:
    """Program-image pairs by the code of their first finding and by who ran them: docker, podman, a shell."""

    def __init__(self) -> None:
        self.pairs: Counter[Cell] = Counter()
        self.equal: Counter[str] = Counter()
        self.version: dict[str, str] = {}

    def add(self, by: str, launch: Launch, *, equal: bool) -> None:
        code = "starts" if isinstance(launch.outcome, Started) else launch.findings[0].code
        self.pairs[Cell(code, by)] += 1
        self.equal[by] += equal

    def of(self, by: str) -> int:
        return sum(count for cell, count in self.pairs.items() if cell.by == by)

    def codes(self, by: str) -> set[str]:
        return {cell.code for cell in self.pairs if cell.by == by}

    def lines(self) -> Iterator[str]:
        """A sentence for each that ran anything, then the table of code by runner."""
        runners = sorted({cell.by for cell in self.pairs})
        for by in runners:
            version = f" ({self.version[by]})" if by in self.version else ""
            yield f"{self.of(by)} program-image pairs run by a real {by}{version}, {self.equal[by]} as predicted"
        yield ""
        yield "code    " + "".join(f"{each:>9}" for each in runners)
        for code in sorted({cell.code for cell in self.pairs}):
            yield f"{code:8}" + "".join(f"{self.pairs[Cell(code, by)] or '-':>9}" for by in runners)


SEEN = Seen()
