"""How coreutils quotes a name in a message (gnulib's `quotearg.c`, locale style)."""

from __future__ import annotations

_ESCAPES = {7: "\\a", 8: "\\b", 12: "\\f", 10: "\\n", 13: "\\r", 9: "\\t", 11: "\\v", 92: "\\\\"}


def quote(name: str, *, utf8: bool) -> str:
    """The name as it stands in a message; in a UTF-8 locale between typographic quotes."""
    left, right = ("‘", "’") if utf8 else ("'", "'")
    if utf8:
        return left + "".join(_escaped(letter) for letter in name) + right
    data = name.encode("utf-8", "surrogateescape")
    return left + "".join("\\'" if byte == 39 else _byte(byte) for byte in data) + right


def _escaped(letter: str) -> str:
    if letter.isprintable() or letter == "\\":
        return _byte(92) if letter == "\\" else letter
    return "".join(_byte(byte) for byte in letter.encode("utf-8", "surrogateescape"))


def _byte(byte: int) -> str:
    if byte in _ESCAPES:
        return _ESCAPES[byte]
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
