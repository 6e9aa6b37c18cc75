"""`env -S`: a string to arguments, as coreutils' `src/env.c` splits it."""

from __future__ import annotations

from collections.abc import Mapping

_ESCAPED = {"f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class Malformed(Exception):  # noqa: N818 (it is what env says)
    """The string breaks the rules; the text is env's complaint."""


def split(text: str, variables: Mapping[str, str], blanks: str) -> tuple[str, ...]:
    """The arguments of `-S text`; `${NAME}` is replaced outside single quotes."""
    splitter = _Splitter(text, variables, blanks)
    splitter.run()
    return tuple(splitter.arguments)


class _Splitter:
    def __init__(self, text: str, variables: Mapping[str, str], blanks: str) -> None:
        self.arguments: list[str] = []
        self._text = text
        self._variables = variables
        self._blanks = blanks
        self._at = 0
        self._quote = ""
        self._apart = True

    def run(self) -> None:
        while self._at < len(self._text):
            letter = self._text[self._at]
            if letter in "'\"" and self._quote in ("", letter):
                self._quote = "" if self._quote else letter
                self._add("")
            elif letter in self._blanks and not self._quote:
                self._apart = True
            elif letter == "#" and self._apart:
                return
            elif letter == "\\":
                if self._escape():
                    return
            elif letter == "$" and self._quote != "'":
                self._variable()
            else:
                self._add(letter)
            self._at += 1
        if self._quote:
            raise Malformed("no terminating quote in -S string")

    def _add(self, text: str) -> None:
        if self._apart:
            self.arguments.append("")
            self._apart = False
        self.arguments[-1] += text

    def _escape(self) -> bool:
        """Whether the string ends here."""
        letter = self._text[self._at + 1 : self._at + 2]
        if self._quote == "'" and letter not in ("\\", "'"):
            self._add("\\")
            return False
        self._at += 1
        if letter == "c":
            if self._quote:
                raise Malformed("'\\c' must not appear in double-quoted -S string")
            return True
        if letter == "_" and not self._quote:
            self._apart = True
        elif letter == "_":
            self._add(" ")
        elif letter in _ESCAPED:
            self._add(_ESCAPED[letter])
        elif letter and letter in "\"#$'\\":
            self._add(letter)
        elif letter:
            raise Malformed(f"invalid sequence '\\{letter}' in -S")
        else:
            raise Malformed("invalid backslash at end of string in -S")
        return False

    def _variable(self) -> None:
        text = self._text[self._at :]
        name, brace, _ = text[2:].partition("}")
        if text[1:2] != "{" or not brace or not (name.isascii() and name.isidentifier()):
            raise Malformed(f"only ${{VARNAME}} expansion is supported, error at: {text}")
        value = self._variables.get(name)
        if value is not None:
            self._add(value)
        self._at += len(name) + 2
