"""What the tests of this directory share with those that start programs."""

from tests.reality.conftest import reality

__all__ = ["reality"]
