"""recommend-dockerfile."""

from tests.projects import asking

asking()
