"""A program that makes temporary files, in an image without a directory for them."""

from __future__ import annotations

from libccheck.advice.situation import Situation, missing
from libccheck.model import Finding

_ALWAYS = "/tmp"  # noqa: S108 - a path in the image
_FIXED = ("tmpfile", "tmpfile64", "tmpnam")
_BY_VARIABLE = ("tempnam",)
_TEMPLATES = ("mkstemp", "mkstemp64", "mkdtemp", "mkostemp", "mkostemp64", "mkstemps")
_FUNCTIONS = ("os.CreateTemp", "os.MkdirTemp")


def advice(situation: Situation) -> list[Finding]:
    """By what it calls; a template of mkstemp(3) may lie elsewhere, so that the path must stand in the program too."""
    path = situation.variable("TMPDIR") or _ALWAYS
    shown = None if situation.is_writable(path) else situation.uses(_BY_VARIABLE, _FUNCTIONS)
    if shown is None and not situation.is_writable(_ALWAYS):
        path = _ALWAYS
        template = situation.imported(_TEMPLATES)
        shown = situation.imported(_FIXED) or (template if template and situation.contains(b"/tmp/") else None)
    if shown is None:
        return []
    message = f"it makes temporary files, and {path} is not there or may not be written"
    return [missing("LC309", path, message, (path, f"{situation.name} has {shown}"))]
