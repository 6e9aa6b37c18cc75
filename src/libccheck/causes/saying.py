"""Words that somebody prints, as a pattern, and what is behind them."""

from __future__ import annotations

from libccheck.record import NamedTuple


class Saying(NamedTuple):
    """`pattern` is searched in a line, in any case. Its groups `program` and `subject` are what the words are about.

    `causes`: rule codes, or the names of causes that no rule is about, the likeliest first. `tell`: how to recognize
    the first of them, where these words say more than its rule.
    """

    pattern: str
    causes: tuple[str, ...]
    tell: str = ""


QUOTE = r"[`'\"‘’“”]"
PATH = QUOTE + r"?(?P<program>(?:\.{0,2}/)[^\s:`'\"‘’“”,;()]*)" + QUOTE + "?"
"""A path in whatever quotes."""
NAME = QUOTE + r"?(?P<program>[^\s:`'\"‘’“”,;()/]+)" + QUOTE + "?"
"""A command that is looked up in PATH."""
ANY = QUOTE + r"?(?P<program>[^\s:`'\"‘’“”,;()]+)" + QUOTE + "?"
"""Either."""

NOT_FOUND = ("LC101", "LC105", "LC106", "LC100")
"""ENOENT for a file that may well be there."""
FORMAT = ("LC102", "LC107")
"""ENOEXEC."""
DENIED = ("LC104", "LC103")
"""EACCES."""
LOADER_UNFIT = ("LC103",)
