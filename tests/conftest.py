"""What all tests share: a cache of their own, no network by accident, the closing tables of compared pairs."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the expected output of the golden cases")


@pytest.fixture(scope="session", autouse=True)
def _surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("LIBCCHECK_OFFLINE", "1")
        yield


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))


def pytest_report_header() -> list[str]:
    from tests.reality.sample import everything, seed

    return ["pairs: all of them" if everything() else f"pairs: a sample, LIBCCHECK_SEED={seed()}"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    module = sys.modules.get("tests.reality.tally")
    if module and module.TALLY.cells:
        terminalreporter.section("predicted and really executed")
        for line in module.TALLY.lines():
            terminalreporter.line(line)
    module = sys.modules.get("tests.engine.tally")
    if module and module.SEEN.pairs:
        terminalreporter.section("predicted and really seen in engines and shells")
        for line in module.SEEN.lines():
            terminalreporter.line(line)
