"""What becomes of variables where a shell script branches: by the condition, as far as it can be told."""

from __future__ import annotations

from collections.abc import Sequence

from libccheck.dockerfile.patterns import matches

UNKNOWN = "\x00"
"""Stands in a word for what only the running shell knows."""


class Branch:
    """An `if` or a `case` that is being read; `env` is what all of it changes.

    condition: what decides over the next body, None where nobody knows. word: of a `case`. skips: whether what is read
    now does not run.
    """

    def __init__(self, env: dict[str, str], word: str | None = None) -> None:
        self.env, self.word = env, word
        self.condition: bool | None = None
        self.skips = False
        self.in_condition = word is None
        self._start = dict(env)
        self._ends: list[dict[str, str]] = []
        self._settled = False
        self._runs: bool | None = False

    def begin(self, runs: bool | None) -> None:
        """A body, of which is known whether it runs, or not."""
        self._runs = False if self._settled else runs
        self.skips = self._runs is False
        self.in_condition = False

    def end(self) -> None:
        """Of a body; the next one begins with what was before all of them."""
        if self._runs is not False:
            self._ends.append(dict(self.env))
        self._settled = self._settled or self._runs is True
        self._runs, self.skips = False, False
        self.env.clear()
        self.env.update(self._start)

    def close(self) -> None:
        """What was set differently in bodies that may have run is not known."""
        merge(self.env, self._ends if self._settled else [*self._ends, self._start])


def merge(env: dict[str, str], possible: Sequence[dict[str, str]]) -> None:
    names = {name for each in possible for name in each}
    env.clear()
    for name in names:
        values = {each.get(name) for each in possible}
        found = values.pop()
        if values:
            env[name] = UNKNOWN
        elif found is not None:
            env[name] = found


def is_test(words: Sequence[str]) -> bool:
    return words[0] in ("[", "[[", "test")


def tested(words: Sequence[str]) -> bool | None:
    """The outcome of `[ A = B ]`, `[ -n A ]` and the like; None for any other, or where a value is not known."""
    if not is_test(words) or any(UNKNOWN in each for each in words):
        return True if words[0] in ("true", ":") else False if words[0] == "false" else None
    inside = list(words[1:-1] if words[-1] in ("]", "]]") else words[1:])
    negated = inside[:1] == ["!"]
    found = _tested(inside[negated:])
    return found if found is None else found != negated


def _tested(words: list[str]) -> bool | None:
    if len(words) == 2 and words[0] in ("-n", "-z"):
        return bool(words[1]) == (words[0] == "-n")
    if len(words) == 1:
        return bool(words[0])
    if len(words) == 3 and words[1] in ("=", "==", "!="):
        return matches(words[2], words[0]) == (words[1] != "!=")
    return None


def chosen(word: str, patterns: Sequence[str]) -> bool | None:
    """Whether a `case` takes the body with these patterns."""
    if UNKNOWN in word or any(UNKNOWN in each for each in patterns):
        return None
    return any(matches(each, word) for each in patterns)
