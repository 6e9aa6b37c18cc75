"""config-several-checks-and-a-dockerfile."""

from tests.projects import several_checks

several_checks()
