"""What the tests of this directory share with those that start programs."""

import pytest

from tests import toolchains
from tests.reality.conftest import reality

__all__ = ["reality"]


@pytest.fixture(scope="session")
def go() -> str:
    """How Go is called."""
    try:
        return toolchains.command("go")[0]
    except toolchains.MissingError as error:
        toolchains.missing(error)
