"""A program that asks who it is, in an image whose /etc/passwd does not know."""

from __future__ import annotations

from libccheck.advice.situation import Situation, missing
from libccheck.model import Finding

_IMPORTS = ("getpwuid", "getpwuid_r", "getlogin", "cuserid")
_FUNCTIONS = ("os/user.Current",)


def advice(situation: Situation) -> list[Finding]:
    shown = situation.uses(_IMPORTS, _FUNCTIONS)
    if shown is None:
        return []
    uid = str(situation.check.process.user.uid)
    message = f"it asks for the name or home of its user, and /etc/passwd has no entry for {uid}"
    return [missing("LC310", uid, message, ("/etc/passwd", f"{situation.name} has {shown}"))]
