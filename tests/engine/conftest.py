"""One engine of each kind for all tests of this directory, with the roots of the corpus as images."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import toolchains
from tests.engine.builders import provide
from tests.engine.engine import Engine
from tests.engine.podman import Podman
from tests.engine.tally import SEEN
from tests.reality.roots import Roots
from tests.reality.sample import dear


@pytest.fixture(scope="package")
def engine() -> Iterator[Engine]:
    dear("an engine with its images")
    try:
        engine = Engine()
    except toolchains.MissingError as error:
        toolchains.missing(error)
    with engine:
        SEEN.version["docker"] = str(engine.runtime())
        yield engine


@pytest.fixture(scope="package")
def podman() -> Iterator[Podman]:
    dear("podman with its images")
    try:
        podman = Podman()
    except toolchains.MissingError as error:
        toolchains.missing(error)
    with podman:
        SEEN.version["podman"] = str(podman.runtime())
        yield podman


@pytest.fixture(scope="package")
def roots() -> Roots:
    return Roots()


@pytest.fixture(scope="package")
def bases(engine: Engine, roots: Roots, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Public bases that build and run, stood in for."""
    try:
        provide(engine, roots, tmp_path_factory.mktemp("builders"))
    except toolchains.MissingError as error:
        toolchains.missing(error)
