"""The corpus: every program that is tried in every root."""

from __future__ import annotations

from tests.reality.corpus import Program
from tests.reality.programs import demo, dialects, given, kernel, linked, scripts, uclibc

PROGRAMS: dict[str, Program] = {
    each.name: each for module in (demo, kernel, scripts, dialects, linked, uclibc, given) for each in module.PROGRAMS
}
