"""A program that finds its libraries only as long as LD_LIBRARY_PATH is what it is."""

from __future__ import annotations

from libccheck.advice.situation import Situation
from libccheck.launch import launch
from libccheck.model import Finding, Started, Step

_NAME = "LD_LIBRARY_PATH"


def advice(situation: Situation) -> list[Finding]:
    """By the same launch without the variable, as `sudo`, `env -i`, cron and set-user-ID programs have it."""
    check = situation.check
    process = check.process._replace(env=tuple(pair for pair in check.process.env if pair[0] != _NAME))
    without = launch(situation.tree, check.launch.path, process, check.host)
    if check.loaded_by is not None or isinstance(without.outcome, Started):
        return []
    found = [each for each in check.launch.objects if each.how == _NAME]
    steps = tuple(Step("open", each.path, "found", f"by {_NAME} alone") for each in found)
    names = ", ".join(dict.fromkeys(each.name for each in found))
    return [Finding("LC305", _NAME, f"it finds {names} by {_NAME} alone, and does not start without it", steps)]
