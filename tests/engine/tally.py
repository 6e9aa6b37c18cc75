"""Counts what real engines and shells were seen to do, for the table at the end of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from libccheck.model import Launch, Started


class Demand(NamedTuple):
    """What one runner must have shown once it has run `total` pairs: so many, all of these codes among them."""

    total: int
    least: int
    codes: tuple[str, ...]


class _Cell(NamedTuple):
    code: str
    by: str
    equal: bool


class Seen:
    """Program-image pairs by the code of their first finding and by who ran them: docker, podman, a shell."""

    title = "predicted and really seen in engines and shells"

    def __init__(self) -> None:
        self.version: dict[str, str] = {}
        self._pairs: Counter[_Cell] = Counter()
        self._demands: dict[str, Demand] = {}

    def demand(self, by: str, demand: Demand) -> None:
        self._demands[by] = demand

    def add(self, by: str, launch: Launch, *, equal: bool) -> None:
        code = "starts" if isinstance(launch.outcome, Started) else launch.findings[0].code
        self._pairs[_Cell(code, by, equal)] += 1

    def dump(self) -> Any:
        demands = {by: tuple(each) for by, each in self._demands.items()}
        return [(*cell, count) for cell, count in self._pairs.items()], self.version, demands

    def merge(self, dumped: Any) -> None:
        pairs, versions, demands = dumped
        for *cell, count in pairs:
            self._pairs[_Cell(*cell)] += count
        self.version.update(versions)
        self._demands.update((by, Demand(*each)) for by, each in demands.items())

    def lines(self) -> Iterator[str]:
        """A sentence for each that ran anything, then the table of code by runner."""
        if not self._pairs:
            return
        runners = sorted({cell.by for cell in self._pairs})
        for by in runners:
            version = f" ({self.version[by]})" if by in self.version else ""
            equal = sum(count for cell, count in self._pairs.items() if cell.by == by and cell.equal)
            yield f"{self._codes(by).total()} program-image pairs run by a real {by}{version}, {equal} as predicted"
        yield ""
        yield "code    " + "".join(f"{each:>9}" for each in runners)
        for code in sorted({cell.code for cell in self._pairs}):
            yield f"{code:8}" + "".join(f"{self._codes(by)[code] or '-':>9}" for by in runners)

    def shortfalls(self) -> Iterator[str]:
        for by, demand in self._demands.items():
            codes = self._codes(by)
            if codes.total() < demand.total:
                continue
            if codes.total() < demand.least:
                yield f"{codes.total()} pairs run by {by}, not {demand.least}"
            yield from (f"no pair of {each} run by {by}" for each in demand.codes if not codes[each])

    def _codes(self, by: str) -> Counter[str]:
        codes: Counter[str] = Counter()
        for cell, count in self._pairs.items():
            if cell.by == by:
                codes[cell.code] += count
        return codes


COUNT = SEEN = Seen()
