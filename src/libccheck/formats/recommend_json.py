"""A recommendation as JSON, by the schema `libccheck/recommend/1`."""

from __future__ import annotations

import json
from typing import Any

from libccheck.formats.json import errors_data, finding_data, image_data, program_data
from libccheck.libc import image_libc
from libccheck.recommending import Choice, Recommendation
from libccheck.recommending.slimming import Slimming
from libccheck.writing.values import Written

SCHEMA = "libccheck/recommend/1"


def render(found: Recommendation, slimming: Slimming | None = None, written: Written | None = None) -> str:
    """All of it, ASCII only, with a newline at the end."""
    return json.dumps(as_data(found, slimming, written), indent=2) + "\n"


def as_data(found: Recommendation, slimming: Slimming | None = None, written: Written | None = None) -> dict[str, Any]:
    """The recommendation as plain dicts and lists; `slimming` is what it was made for, if it is about an image;
    `written` the Dockerfile, if one was asked for."""
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
                "lost": list(each.lost),
            }
            for each in found.changes
        ],
        "uncertain": [
            {"name": each.tag, "libc": each.libc, "libc_version": each.libc_version} for each in found.supposed
        ],
        "from": _from(slimming) if slimming is not None else None,
        "dockerfile": written._asdict() if written is not None else None,
        "errors": errors_data(found.errors),
    }


def _from(slimming: Slimming) -> dict[str, Any]:
    image = slimming.image
    return {
        **image_data(image, image_libc(image)),
        "place": slimming.place,
        "script": slimming.is_script,
        "size": slimming.size,
        "possible": slimming.possible,
        "parts": [{**each._asdict(), "largest": list(each.largest)} for each in slimming.parts],
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return {
        **image_data(choice.image, image_libc(choice.image)),
        "name": choice.tag,
        "base_size": choice.base_size,
        "size": choice.size,
        "lacks": [finding_data(each) for each in choice.lacks],
    }
