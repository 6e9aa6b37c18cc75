"""A program that asks for a time zone by name, in an image without that."""

from __future__ import annotations

from libccheck.advice.situation import Situation, missing
from libccheck.model import Finding

_DIRECTORY = "/usr/share/zoneinfo"
_IMPORTS = ("localtime", "localtime_r", "tzset", "mktime", "strftime")
_LOADS = ("time.LoadLocation",)
_LOCAL = ("time.Now",)
_EMBEDDED = ("time/tzdata.loadFromEmbeddedTZData",)


def advice(situation: Situation) -> list[Finding]:
    """TZ that names a zone which is not there, or Go that loads zones, with none embedded."""
    zone = situation.variable("TZ").removeprefix(":")
    if _is_name(zone):
        path = zone if zone.startswith("/") else f"{_DIRECTORY}/{zone}"
        shown = situation.uses(_IMPORTS, _LOCAL)
        if not situation.has(path) and shown and not situation.function(_EMBEDDED):
            message = f"it asks for the time zone {zone}, which the image does not have: it gets UTC"
            return [missing("LC308", path, message, (path, f"TZ, and {situation.name} has {shown}"))]
    if situation.has_any((_DIRECTORY,), ("ZONEINFO",)):
        return []
    shown = situation.function(_LOADS)
    if shown is None or situation.function(_EMBEDDED):
        return []
    message = "it loads time zones by name, and the image has none"
    return [missing("LC308", _DIRECTORY, message, (_DIRECTORY, f"{situation.name} has {shown}"))]


def _is_name(zone: str) -> bool:
    """ "Europe/Paris", but not the rules of a zone themselves: "CET-1CEST"."""
    return "/" in zone and "," not in zone
