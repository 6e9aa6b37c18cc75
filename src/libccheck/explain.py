"""From what a user has in hand, a code, a name or pasted words, to the rules that explain it."""

from __future__ import annotations

from libccheck.causes import Cause, Reading, causes, read
from libccheck.rules import RULES, Rule

__all__ = ["Cause", "Reading", "causes", "matches", "read"]


def matches(words: str) -> tuple[Rule, ...]:
    """The rules that go by these words: a code, a name, or the beginning of either."""
    wanted = words.strip().lower()
    exact = [rule for rule in RULES.values() if wanted in (rule.code.lower(), rule.name)]
    if exact or not wanted:
        return tuple(exact)
    return tuple(
        rule for rule in RULES.values() if rule.code.lower().startswith(wanted) or rule.name.startswith(wanted)
    )
