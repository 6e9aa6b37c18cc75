"""config-of-another-command-line."""

from tests.projects import several_checks

several_checks()
