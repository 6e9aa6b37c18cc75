"""Who needs what as JSON, by the schema `libccheck/tree/1`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from libccheck.formats.json import errors_data, image_data, program_data
from libccheck.libc import image_libc
from libccheck.model import Check, Failure, Need
from libccheck.verdict import findings_of, kind_of_outcome

SCHEMA = "libccheck/tree/1"


def render(checks: Sequence[Check], failures: Sequence[Failure]) -> str:
    """All trees, ASCII only, with a newline at the end. Objects are referred to by their position; 0 is the program."""
    data = {"schema": SCHEMA, "trees": [_tree(each) for each in checks], "errors": errors_data(failures)}
    return json.dumps(data, indent=2) + "\n"


def _tree(check: Check) -> dict[str, Any]:
    needs = check.needs
    return {
        "program": {**program_data(check.program), "place": check.place},
        "image": image_data(check.image, image_libc(check.image)),
        "outcome": kind_of_outcome(check.launch.outcome),
        "codes": [each.code for each in findings_of(check)],
        "objects": [each._asdict() for each in needs.objects] if needs else [],
        "needs": [_need(each) for each in needs.needs] if needs else [],
    }


def _need(need: Need) -> dict[str, Any]:
    return {**need._asdict(), "versions": list(need.versions), "steps": [each._asdict() for each in need.steps]}
