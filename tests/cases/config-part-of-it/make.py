"""config-part-of-it."""

from tests.projects import several_checks

several_checks()
