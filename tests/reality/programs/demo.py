"""The programs of `make demo`, as they are built there."""

from __future__ import annotations

from demo.build import recipes

from tests.reality.corpus import HERE, Entry, Program
from tests.reality.workshop import Demo

_WORDS = {"httpd": "http daemon start", "httpd-static": "http daemon start"}

PROGRAMS = tuple(
    Program(
        f"demo-{each.name}",
        f"{HERE}/{each.name}",
        {f"{HERE}/{each.name}": Entry(Demo(each))},
        word=_WORDS.get(each.name, "hello from C"),
    )
    for each in recipes()
)
