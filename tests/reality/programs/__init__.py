"""The corpus: every program that is tried in every root."""

from __future__ import annotations

from tests.reality.corpus import Program
from tests.reality.programs import demo, dialects, foreign, given, kernel, linked, opened, scripts, uclibc

_MODULES = demo, kernel, scripts, dialects, linked, opened, uclibc, foreign, given

PROGRAMS: dict[str, Program] = {each.name: each for module in _MODULES for each in module.PROGRAMS}
