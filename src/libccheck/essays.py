"""The essays of the rules, as they lie in the package."""

from __future__ import annotations

import os

import libccheck.rules
from libccheck.errors import LibccheckError


def essay(code: str) -> str:
    """The Markdown text `rules/LCnnn.md`."""
    path = os.path.join(os.path.dirname(libccheck.rules.__file__), f"{code}.md")
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        raise LibccheckError(f"the essay of {code} is missing from this installation") from None
