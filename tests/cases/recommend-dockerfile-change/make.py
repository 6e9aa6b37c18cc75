"""recommend-dockerfile-change."""

from tests.projects import asking

asking()
