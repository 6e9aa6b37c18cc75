"""What the loaders' searches have in common: path lists, dynamic string tokens, steps of evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from libccheck.model import Step


def split(paths: str, separators: str = ":") -> list[str]:
    """The elements of a path list, empty ones included."""
    for each in separators[1:]:
        paths = paths.replace(each, separators[0])
    return paths.split(separators[0])


def expand(text: str, tokens: Mapping[str, str | None], ends: Callable[[str], bool]) -> str | None:
    """`text` with $NAME and ${NAME} replaced; None where a token has no value.

    ends: whether the character behind a bare $NAME ("" at the end) ends the name. What is no token stays as it is.
    """
    if "$" not in text:
        return text
    pieces = text.split("$")
    result = [pieces[0]]
    for piece in pieces[1:]:
        name = _token(piece, tokens, ends)
        if name is None:
            result.append("$" + piece)
            continue
        value = tokens[name.strip("{}")]
        if value is None:
            return None
        result.append(value + piece[len(name) :])
    return "".join(result)


def has_token(text: str, tokens: Mapping[str, str | None], ends: Callable[[str], bool]) -> bool:
    return "$" in text and any(_token(piece, tokens, ends) is not None for piece in text.split("$")[1:])


def opened(path: str, found: str, how: str) -> Step:
    """One candidate that was tried: `found` is "found", an errno name or a short word; `how` says on whose word."""
    return Step("open", path, found, how)


def _token(piece: str, tokens: Mapping[str, str | None], ends: Callable[[str], bool]) -> str | None:
    for name in tokens:
        if piece.startswith("{" + name + "}"):
            return "{" + name + "}"
        if piece.startswith(name) and ends(piece[len(name) : len(name) + 1]):
            return name
    return None
