"""Counts what has been compared, for the table at the end of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.reality.compare import Compared


class Demand(NamedTuple):
    """What a part of the tests must have compared once it has gone through `total` pairs: at least `least` of them with
    a verdict, and so many of each code, all by `loader` if it names one. Codes are "LC204", or "LC204 glibc" by one
    loader, or "LC204 glibc BIND_NOW" as `binding` has it."""

    total: int
    least: int
    codes: Mapping[str, int]
    loader: str = ""


class _Cell(NamedTuple):
    part: str
    result: str
    code: str
    loader: str
    binding: str = ""

    @property
    def row(self) -> str:
        return f"{self.code} {self.binding}".rstrip()

    @property
    def names(self) -> tuple[str, ...]:
        """What a demand may call the code."""
        return tuple(
            dict.fromkeys((self.code, f"{self.code} {self.loader}", f"{self.code} {self.loader} {self.binding}"))
        )


def _plain(demand: Demand) -> tuple[int, int, dict[str, int], str]:
    return demand.total, demand.least, dict(demand.codes), demand.loader


class Tally:
    """Pairs by code and loader; those without a verdict are not compared, only counted."""

    title = "predicted and really executed"

    def __init__(self) -> None:
        self._cells: Counter[_Cell] = Counter()
        self._demands: dict[str, Demand] = {}
        self._wholes: dict[tuple[str, ...], Demand] = {}

    def demand(self, part: str, demand: Demand) -> None:
        self._demands[part] = demand

    def demand_of_all(self, parts: tuple[str, ...], demand: Demand) -> None:
        """Of a run that has gone through all of these parts, whatever each of them contributes."""
        self._wholes[parts] = demand

    def add(self, compared: Compared, part: str = "") -> None:
        result = "unequal" if compared.disagreements else "equal"
        result = "unclear" if compared.code.startswith("LC9") else result
        self._cells[_Cell(part, result, compared.code, compared.loader, compared.binding)] += 1

    def dump(self) -> Any:
        cells = [(*cell, count) for cell, count in self._cells.items()]
        return cells, *([(key, *_plain(each)) for key, each in some.items()] for some in (self._demands, self._wholes))

    def merge(self, dumped: Any) -> None:
        cells, demands, wholes = dumped
        for *cell, count in cells:
            self._cells[_Cell(*cell)] += count
        self._demands.update((part, Demand(*each)) for part, *each in demands)
        self._wholes.update((tuple(parts), Demand(*each)) for parts, *each in wholes)

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
        yield f"{'code':16}" + "".join(
            f"{each:>{width}}" for each, width in zip((*loaders, "all"), widths, strict=True)
        )
        for code in sorted({cell.row for cell in clear}):
            row = [sum(clear[cell] for cell in clear if (cell.row, cell.loader) == (code, each)) for each in loaders]
            filled = zip((*row, sum(row)), widths, strict=True)
            yield f"{code:16}" + "".join(f"{each or '-':>{width}}" for each, width in filled)

    def shortfalls(self) -> Iterator[str]:
        for part, demand in self._demands.items():
            if self._is_complete(part):
                yield from self._missed(part, (part,), demand)
        for parts, demand in self._wholes.items():
            if all(part in self._demands and self._is_complete(part) for part in parts):
                yield from self._missed("all together", parts, demand)

    def _is_complete(self, part: str) -> bool:
        return sum(count for cell, count in self._cells.items() if cell.part == part) >= self._demands[part].total

    def _missed(self, title: str, parts: tuple[str, ...], demand: Demand) -> Iterator[str]:
        total, codes = 0, Counter[str]()
        for cell, count in self._cells.items():
            if cell.part in parts and cell.result != "unclear" and demand.loader in ("", cell.loader):
                total += count
                codes.update(dict.fromkeys(cell.names, count))
        if total < demand.least:
            yield f"{title}: {total} pairs compared, not {demand.least}"
        for code, least in demand.codes.items():
            if codes[code] < least:
                yield f"{title}: {codes[code]} pairs of {code}, not {least}"


COUNT = TALLY = Tally()
