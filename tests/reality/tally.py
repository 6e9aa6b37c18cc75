"""Counts what has been compared, for the table at the end of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.reality.compare import Compared


class Demand(NamedTuple):
    """What a part of the tests must have compared once it has gone through `total` pairs: at least `least` of them with
    a verdict, and so many of each code, all by `loader` if it names one."""

    total: int
    least: int
    codes: Mapping[str, int]
    loader: str = ""


class _Cell(NamedTuple):
    part: str
    result: str
    code: str
    loader: str


class Tally:
    """Pairs by code and loader; those without a verdict are not compared, only counted."""

    title = "predicted and really executed"

    def __init__(self) -> None:
        self._cells: Counter[_Cell] = Counter()
        self._demands: dict[str, Demand] = {}

    def demand(self, part: str, demand: Demand) -> None:
        self._demands[part] = demand

    def add(self, compared: Compared, part: str = "") -> None:
        result = "unequal" if compared.disagreements else "equal"
        result = "unclear" if compared.code.startswith("LC9") else result
        self._cells[_Cell(part, result, compared.code, compared.loader)] += 1

    def dump(self) -> Any:
        demands = {
            part: (each.total, each.least, dict(each.codes), each.loader) for part, each in self._demands.items()
        }
        return [(*cell, count) for cell, count in self._cells.items()], demands

    def merge(self, dumped: Any) -> None:
        cells, demands = dumped
        for *cell, count in cells:
            self._cells[_Cell(*cell)] += count
        self._demands.update((part, Demand(*each)) for part, each in demands.items())

    def lines(self) -> Iterator[str]:
        """The sentence, then the table of code by loader."""
        if not self._cells:
            return
        clear = {cell: count for cell, count in self._cells.items() if cell.result != "unclear"}
        equal = sum(count for cell, count in clear.items() if cell.result == "equal")
        unclear = self._cells.total() - sum(clear.values())
        rest = f", {unclear} not decidable" if unclear else ""
        yield f"{sum(clear.values())} prediction-reality pairs compared, {equal} equal{rest}"
        loaders = sorted({cell.loader for cell in clear})
        yield ""
        widths = [max(len(each) + 2, 9) for each in (*loaders, "all")]
        yield "code    " + "".join(f"{each:>{width}}" for each, width in zip((*loaders, "all"), widths, strict=True))
        for code in sorted({cell.code for cell in clear}):
            row = [sum(clear[cell] for cell in clear if (cell.code, cell.loader) == (code, each)) for each in loaders]
            filled = zip((*row, sum(row)), widths, strict=True)
            yield f"{code:8}" + "".join(f"{each or '-':>{width}}" for each, width in filled)

    def shortfalls(self) -> Iterator[str]:
        for part, demand in self._demands.items():
            counted = {cell: count for cell, count in self._cells.items() if cell.part == part}
            if sum(counted.values()) < demand.total:
                continue
            codes: Counter[str] = Counter()
            for cell, count in counted.items():
                if cell.result != "unclear" and demand.loader in ("", cell.loader):
                    codes[cell.code] += count
            if codes.total() < demand.least:
                yield f"{part}: {codes.total()} pairs compared, not {demand.least}"
            for code, least in demand.codes.items():
                if codes[code] < least:
                    yield f"{part}: {codes[code]} pairs of {code}, not {least}"


COUNT = TALLY = Tally()
