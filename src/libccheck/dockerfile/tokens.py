"""The text of a shell script as words, as they stand there, and operators."""

from __future__ import annotations

from collections.abc import Iterator

SEPARATORS = ("&&", "||", ";;", ";", "|", "&", "\n", "(", ")")
_OPERATORS = (*SEPARATORS, ">>", ">&", ">|", ">", "<<-", "<<", "<&", "<")
_OPERATING = frozenset("&|;()<>\n")


def tokens_of(script: str) -> Iterator[str]:
    """Words as they stand, and operators."""
    word: list[str] = []
    at, end = 0, len(script)
    while at < end:
        each = script[at]
        if each == "#" and not word:
            line = script.find("\n", at)
            at = end if line < 0 else line
            continue
        if each == "\\" and at + 1 < end:
            if script[at + 1] != "\n":
                word.append(script[at : at + 2])
            at += 2
            continue
        if each in "'\"`" or script.startswith("$(", at):
            stop = quoted(script, at)
            word.append(script[at:stop])
            at = stop
            continue
        operator = ""
        if each in _OPERATING:
            operator = next((known for known in _OPERATORS if script.startswith(known, at)), "")
        if not operator and each not in " \t\r":
            word.append(each)
            at += 1
            continue
        if word:
            yield "".join(word)
            word = []
        if operator:
            yield operator
        at += len(operator) or 1
    if word:
        yield "".join(word)


def quoted(script: str, at: int) -> int:
    """Where that ends which begins here with a quote, a backquote or `$(`."""
    if script[at] == "$":
        depth, here = 0, at + 1
        while here < len(script):
            depth += {"(": 1, ")": -1}.get(script[here], 0)
            here += 1
            if not depth:
                return here
        return len(script)
    quote, here = script[at], at + 1
    while here < len(script) and script[here] != quote:
        here += 2 if script[here] == "\\" and quote != "'" else 1
    return min(here + 1, len(script))
