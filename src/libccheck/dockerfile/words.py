"""Words of a Dockerfile with their variables replaced, as BuildKit's `frontend/dockerfile/shell/lex.go` does it."""

from __future__ import annotations

from collections.abc import Callable

from libccheck.errors import LibccheckError
from libccheck.stars import prefixes

Lookup = Callable[[str], "str | None"]

_DEEPEST = 40
_LONGEST = 1 << 16
_LONGEST_PATTERN, _LONGEST_PATTERNED = 64, 256
_SPECIAL = "@*#?-$!0"


class WordError(LibccheckError):
    """What BuildKit refuses to replace, in a few words."""


def expand(text: str, lookup: Lookup, escape: str = "\\") -> str:
    """The word with variables replaced and quotes removed; raises WordError where that cannot be done."""
    return _Reader(text, lookup, escape).until("")


def words_of(text: str, escape: str) -> list[str]:
    """The words between blanks; quotes hold a word together and stay, `<<` goes with the word behind it."""
    words: list[str] = []
    word: list[str] = []
    quote = ""
    at, end = 0, len(text)
    while at < end:
        each = text[at]
        if each == escape and quote != "'" and at + 1 < end:
            word.append(text[at : at + 2])
            at += 2
            continue
        if quote:
            quote = "" if each == quote else quote
        elif each in "'\"":
            quote = each
        elif each in " \t\r\n":
            if word and word[-2:] != ["<", "<"]:
                words.append("".join(word))
                word = []
            at += 1
            continue
        word.append(each)
        at += 1
    return [*words, "".join(word)] if word else words


class _Reader:
    """Goes through one word from left to right."""

    def __init__(self, text: str, lookup: Lookup, escape: str) -> None:
        self.text, self.lookup, self.escape = text, lookup, escape
        self.at = self.depth = 0

    def until(self, stop: str, *, raw: bool = False) -> str:
        """All up to the character `stop`, which is passed over; "" is the end of the text."""
        parts: list[str] = []
        size = 0
        while self.at < len(self.text):
            each = self.text[self.at]
            if each == stop:
                self.at += 1
                return "".join(parts)
            part = self._part(each, raw)
            size += len(part)
            if size > _LONGEST:
                raise WordError(f"a value grows beyond {_LONGEST} characters")
            parts.append(part)
        if stop:
            raise WordError("a substitution does not end: } is missing")
        return "".join(parts)

    def _part(self, each: str, raw: bool) -> str:
        if each == "'":
            return self._single()
        if each == '"':
            return self._double()
        if each == "$":
            return self._dollar()
        self.at += 1
        if each == self.escape:
            following = self.text[self.at : self.at + 1]
            self.at += 1
            return (each if raw else "") + following
        return each

    def _single(self) -> str:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise WordError("a single quote does not end")
        found = self.text[self.at + 1 : end]
        self.at = end + 1
        return found

    def _double(self) -> str:
        self.at += 1
        parts: list[str] = []
        while self.at < len(self.text):
            each = self.text[self.at]
            if each == '"':
                self.at += 1
                return "".join(parts)
            if each == "$":
                parts.append(self._dollar())
                continue
            self.at += 1
            if each == self.escape:
                following = self.text[self.at : self.at + 1]
                if not following:
                    continue
                if following in ('"', "$", self.escape):
                    self.at += 1
                    each = following
            parts.append(each)
        raise WordError("a double quote does not end")

    def _dollar(self) -> str:
        self.at += 1
        if self.text[self.at : self.at + 1] != "{":
            name = self._name()
            return (self.lookup(name) or "") if name else "$"
        self.depth += 1
        if self.depth > _DEEPEST:
            raise WordError(f"substitutions stand more than {_DEEPEST} deep in each other")
        self.at += 1
        if self.text[self.at : self.at + 1] in ("{", "}", ":", ""):
            raise WordError("bad substitution")
        found = self._braced(self._name())
        self.depth -= 1
        return found

    def _name(self) -> str:
        start = self.at
        first = self.text[start : start + 1]
        if first in _SPECIAL and first:
            self.at += 1
            return first
        only = str.isdigit if first.isdigit() else _is_name
        while self.at < len(self.text) and only(self.text[self.at]):
            self.at += 1
        return self.text[start : self.at]

    def _braced(self, name: str) -> str:
        value = self.lookup(name)
        operator = self.text[self.at : self.at + 1]
        self.at += 1
        if operator == "}":
            return value or ""
        if operator == "/":
            return self._replaced(value or "")
        colon = operator == ":"
        if colon:
            operator = self.text[self.at : self.at + 1]
            self.at += 1
        if operator not in ("-", "+", "?", "#", "%") or not operator or (colon and operator in "#%"):
            raise WordError(f"unsupported modifier {':' if colon else ''}{operator} in a substitution")
        word = self.until("}", raw=operator in "#%")
        is_set = value is not None and not (colon and not value)
        if operator == "-":
            return (value or "") if is_set else word
        if operator == "+":
            return word if is_set else ""
        if operator == "?":
            if not is_set:
                raise WordError(f"{name}: {word or 'is not allowed to be ' + ('empty' if colon else 'unset')}")
            return value or ""
        return _trimmed(value or "", word, operator)

    def _replaced(self, value: str) -> str:
        everywhere = self.text[self.at : self.at + 1] == "/"
        self.at += everywhere
        pattern = self.until("/", raw=True)
        replacement = self.until("}", raw=True)
        parts, at = [], 0
        while at <= len(value):
            length = _longest_match(pattern, value[at:])
            if not length:
                parts.append(value[at : at + 1])
                at += 1
                continue
            parts.append(replacement)
            at += length
            if not everywhere:
                break
        return "".join(parts) + value[at:]


def _trimmed(value: str, pattern: str, operator: str) -> str:
    greedy = pattern.startswith(operator)
    pattern = pattern[greedy:]
    if operator == "#":
        lengths = _prefixes(pattern, value)
        return value[(max(lengths) if greedy else min(lengths)) :] if lengths else value
    starts = [at for at in range(len(value) + 1) if len(value) - at in _prefixes(pattern, value[at:])]
    return value[: min(starts) if greedy else max(starts)] if starts else value


def _longest_match(pattern: str, text: str) -> int:
    return max(_prefixes(pattern, text), default=0)


def _prefixes(pattern: str, text: str) -> list[int]:
    """The lengths of the beginnings that the pattern matches; raises WordError where that would take too long."""
    if len(pattern) > _LONGEST_PATTERN or len(text) > _LONGEST_PATTERNED:
        raise WordError("a value or a pattern is too long to be replaced")
    tokens: list[str] = []
    for each in pattern:
        if tokens and tokens[-1] == "\\":
            tokens[-1] += each
        else:
            tokens.append(each)
    return prefixes(tokens, text, "*", _takes)


def _takes(wanted: str, each: str) -> bool:
    return wanted == "?" or wanted[-1] == each


def _is_name(each: str) -> bool:
    return each.isalnum() or each == "_"
