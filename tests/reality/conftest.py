"""What the tests of this directory share: the workshop with the corpus, the layers, the roots, the executions."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator

import pytest

from tests import toolchains
from tests.reality.layers import Layers
from tests.reality.reality import Reality, UnavailableError
from tests.reality.roots import ROOTS, Roots
from tests.reality.workshop import Workshop


@pytest.fixture(scope="session")
def roots() -> Roots:
    return ROOTS


@pytest.fixture(scope="session")
def workshop() -> Workshop:
    return Workshop(toolchains.BUILD / "corpus")


@pytest.fixture(scope="session")
def layers(workshop: Workshop) -> Iterator[Layers]:
    with Layers(workshop) as layers:
        yield layers


@pytest.fixture(scope="session")
def reality() -> Iterator[Reality]:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        toolchains.missing("the corpus is made of programs for x86-64 Linux")
    try:
        reality = Reality()
    except UnavailableError as error:
        toolchains.missing(error)
    with reality:
        yield reality
