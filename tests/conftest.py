"""What all tests share: the closing table of pairs that were compared with reality."""

from __future__ import annotations

import sys

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the expected output of the golden cases")


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
