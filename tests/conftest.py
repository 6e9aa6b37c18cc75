"""What all tests share: a cache of their own, no network by accident, the closing tables of compared pairs."""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from demo.build import GLIBC, build_all, samples
from hypothesis import HealthCheck, settings

from tests import counting, toolchains

settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")
"""How long an example takes tells of the machine's load, not of the code; bounds of time have tests of their own."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the expected output of the golden cases")


@pytest.fixture(scope="session", autouse=True)
def _surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background: what tests start would ignore it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("LIBCCHECK_OFFLINE", "1")
        yield


@pytest.fixture(scope="session")
def programs() -> Path:
    """The directory with the programs of the story."""
    try:
        toolchains.command("go")
        toolchains.command(f"zig:{GLIBC}")
    except toolchains.MissingError as error:
        toolchains.missing(error)
    return build_all(samples(), toolchains.BUILD / "demo")[0].parent


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))


def pytest_report_header() -> list[str]:
    from tests.extent import everything
    from tests.reality.sample import seed

    return ["pairs: all of them" if everything() else f"pairs: a sample, LIBCCHECK_SEED={seed()}"]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Which tests go to the same process of several (`--dist loadgroup`): those that share what is dear."""
    item.add_marker(pytest.mark.xdist_group(_group(item)))


def _group(item: pytest.Item) -> str:
    """An engine's own, the pairs of one root, else the module."""
    fixtures = getattr(item, "fixturenames", ())
    for engine in ("engine", "podman"):
        if engine in fixtures:
            return engine
    parameters = getattr(item, "callspec", None)
    root = parameters.params.get("root", "") if parameters else ""
    return f"{item.path.parent.name}/{item.path.stem} {root}".rstrip()


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """A process of several cannot hand over bytes of a program that a failed assertion shows as surrogates."""
    return _readable((yield))


def _readable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, dict):
        return {_readable(key): _readable(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(_readable, value))
    return value


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of several hands over what it has counted; the one that has it all looks whether it is enough."""
    handed = getattr(session.config, "workeroutput", None)
    if handed is not None:
        handed["counted"] = counting.dump()
    elif session.exitstatus == pytest.ExitCode.OK and counting.shortfalls():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    counting.merge(getattr(node, "workeroutput", {}).get("counted", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for title, lines in counting.tables():
        terminalreporter.section(title)
        for line in lines:
            terminalreporter.line(line)
    for line in counting.shortfalls():
        terminalreporter.line(f"FAILED {line}", red=True)
