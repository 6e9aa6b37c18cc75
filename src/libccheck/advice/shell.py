"""Commands that need a shell, in an image without one."""

from __future__ import annotations

from libccheck.advice.situation import Situation, missing
from libccheck.model import Config, Finding

_SHELL = "/bin/sh"
_IMPORTS = ("system", "popen", "wordexp")


def advice(situation: Situation) -> list[Finding]:
    """What the image's config says in shell form, and what the program runs by system(3) or popen(3)."""
    found = []
    form = _shell_form(situation.check.image.config)
    if form is not None:
        message = f"the image's {form} is in shell form, and the image has no {_SHELL}"
        found.append(missing("LC311", _SHELL, message, (_SHELL, f"{form} of the image")))
    shown = situation.imported(_IMPORTS)
    if shown is not None:
        message = f"it runs commands by {shown}(3), and the image has no {_SHELL}"
        found.append(missing("LC311", _SHELL, message, (_SHELL, f"{situation.name} has {shown}")))
    return found


def _shell_form(config: Config) -> str | None:
    if config.shell[:1] not in ((), (_SHELL,)):
        return None
    if config.healthcheck[:1] == ("CMD-SHELL",):
        return "HEALTHCHECK"
    if config.entrypoint:
        return "ENTRYPOINT" if config.entrypoint[:2] == (_SHELL, "-c") else None
    return "CMD" if config.cmd[:2] == (_SHELL, "-c") else None
