"""What the run compared with reality, counted over all its processes: the closing tables, and what they must reach."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from typing import Any, Protocol

from tests import toolchains

_MODULES = ("tests.reality.tally", "tests.engine.tally")


class Count(Protocol):
    """What a module of _MODULES has as COUNT."""

    title: str

    def dump(self) -> Any:
        """All of it, in builtin types."""

    def merge(self, dumped: Any) -> None:
        """Add what another process has counted."""

    def lines(self) -> Iterator[str]:
        """The table; nothing where nothing was counted."""

    def shortfalls(self) -> Iterator[str]:
        """What a run that left nothing out has not reached."""


def dump() -> dict[str, Any]:
    return {name: sys.modules[name].COUNT.dump() for name in _MODULES if name in sys.modules}


def merge(dumped: dict[str, Any]) -> None:
    for name, each in dumped.items():
        importlib.import_module(name).COUNT.merge(each)


def tables() -> Iterator[tuple[str, list[str]]]:
    """Title and lines of each."""
    for count in _counts():
        lines = list(count.lines())
        if lines:
            yield count.title, lines


def shortfalls() -> list[str]:
    """Only where every tool is to be there: elsewhere tests are skipped, and too few are no wonder."""
    return [line for count in _counts() for line in count.shortfalls()] if toolchains.everything_required() else []


def _counts() -> Iterator[Count]:
    for name in _MODULES:
        if name in sys.modules:
            yield sys.modules[name].COUNT
