"""A recommendation as JSON, by the schema `libccheck/recommend/1`."""

from __future__ import annotations

import json
from typing import Any

from libccheck.formats.json import errors_data, finding_data, image_data, program_data
from libccheck.libc import image_libc
from libccheck.recommending import Choice, Recommendation

SCHEMA = "libccheck/recommend/1"


def render(found: Recommendation) -> str:
    """All of it, ASCII only, with a newline at the end."""
    return json.dumps(as_data(found), indent=2) + "\n"


def as_data(found: Recommendation) -> dict[str, Any]:
    """The recommendation as plain dicts and lists."""
    return {
        "schema": SCHEMA,
        "programs": [program_data(each) for each in found.programs],
        "platform": found.platform,
        "images": [_choice(each) for each in found.choices],
        "passed": [
            {"name": each.tag, "size": each.size, "code": each.code, "reason": each.reason} for each in found.passed
        ],
        "untried": found.untried,
        "changes": [
            {
                "title": each.title,
                "commands": list(each.commands),
                "image": each.tag,
                "size": each.size,
                "exact": each.exact,
                "lacks": [finding_data(finding) for finding in each.lacks],
                "basis": each.basis,
            }
            for each in found.changes
        ],
        "errors": errors_data(found.errors),
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return {
        **image_data(choice.image, image_libc(choice.image)),
        "name": choice.tag,
        "base_size": choice.base_size,
        "size": choice.size,
        "lacks": [finding_data(each) for each in choice.lacks],
    }
