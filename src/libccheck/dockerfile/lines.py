"""The text of a Dockerfile as logical lines: directives, continuations, comments, heredocs.

Mirrors `frontend/dockerfile/parser` of BuildKit (`parser.go`, `directives.go`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from libccheck.dockerfile.words import words_of
from libccheck.errors import LibccheckError
from libccheck.record import NamedTuple

SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What Go's unicode.IsSpace takes for a space."""

_LARGEST = 1 << 20  # bytes; the largest of those collected from public repositories has 60 kB
_MOST_LINES = 50_000
_DIRECTIVE = re.compile(r"([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(\S.*)")
_DIRECTIVES = ("syntax", "escape", "check")
_TAKES_HEREDOC = re.compile(r"\s*(?:onbuild\s+)?(?:run|copy|add)\s", re.IGNORECASE)
_HEREDOC = re.compile(r"(\d*)<<(-?)\s*([^<]*)\Z")


class DockerfileError(LibccheckError):
    """A Dockerfile that no builder takes, or that is none."""


class Heredoc(NamedTuple):
    """`name` is its terminator; `expand`: whether variables in it are replaced, as no quote stands around the name."""

    name: str
    content: str
    expand: bool


class Line(NamedTuple):
    """One logical line: continuations joined, comments gone. `first` and `last` count the file's lines from 1."""

    text: str
    first: int
    last: int
    heredocs: tuple[Heredoc, ...] = ()


class Lines(NamedTuple):
    escape: str
    lines: tuple[Line, ...]


def decoded(data: bytes) -> str:
    """The text of a file; raises DockerfileError for what is no text or too large for a Dockerfile."""
    if len(data) > _LARGEST:
        raise DockerfileError(f"is no Dockerfile: {len(data)} bytes, more than {_LARGEST}")
    if b"\0" in data:
        raise DockerfileError("is no Dockerfile: there are NUL bytes in it")
    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    if text.count("\n") > _MOST_LINES:
        raise DockerfileError(f"is no Dockerfile: more than {_MOST_LINES} lines")
    return text


def logical_lines(text: str) -> Lines:
    """Raises DockerfileError where BuildKit refuses the file."""
    physical = text.split("\n")
    if physical[-1] == "":
        physical.pop()
    escape, done = _escape(physical)
    reading = enumerate(physical, 1)
    lines = []
    for number, line in reading:
        first = line.rstrip("\r").lstrip(SPACES)
        if number <= done or first.startswith("#"):
            continue
        start, goes_on = _continued(first, escape)
        if not goes_on and not start:
            continue
        parts, last = [start], number
        while goes_on:
            last, following = next(reading, (last, None))
            if following is None:
                break
            following = following.rstrip("\r")
            if following.lstrip(SPACES)[:1] in ("", "#"):
                continue
            part, goes_on = _continued(following, escape)
            parts.append(part)
        joined = "".join(parts)
        if not joined.strip(SPACES):
            continue
        heredocs, last = _heredocs(joined, reading, number, last)
        lines.append(Line(joined, number, last, heredocs))
    return Lines(escape, tuple(lines))


def _escape(physical: list[str]) -> tuple[str, int]:
    """The escape character, and how many lines at the top are directives."""
    escape, seen = "\\", set()
    for number, line in enumerate(physical, 1):
        line = line.rstrip("\r").lstrip(SPACES)
        match = _DIRECTIVE.match(line[1:].lstrip(SPACES)) if line.startswith("#") else None
        name = match[1].lower() if match else ""
        if match is None or name not in _DIRECTIVES:
            return escape, number - 1
        if name in seen:
            raise DockerfileError(f"line {number}: only one {name} parser directive can be used")
        seen.add(name)
        if name == "escape":
            escape = match[2].rstrip(SPACES)
            if escape not in ("\\", "`"):
                raise DockerfileError(f"line {number}: invalid escape token {escape}, it is \\ or `")
    return escape, len(physical)


def _continued(line: str, escape: str) -> tuple[str, bool]:
    """Without the escape character at its end, if it ends in a single one; and whether it does."""
    bare = line.rstrip(" \t")
    if bare.endswith(escape) and not bare[:-1].endswith(escape):
        return bare[:-1], True
    return line, False


def _heredocs(line: str, reading: Iterator[tuple[int, str]], number: int, last: int) -> tuple[tuple[Heredoc, ...], int]:
    """The heredocs that a line announces, read from the lines behind it, and the last line that belongs to it."""
    if "<<" not in line or not _TAKES_HEREDOC.match(line) or _in_json(line):
        return (), last
    found = []
    for name, chomps, expand in _announced(line):
        content = []
        for each, following in reading:
            last = each
            bare = following.rstrip("\r")
            if (bare.lstrip("\t") if chomps else bare) == name:
                break
            content.append(following.lstrip("\t") if chomps else following)
        else:
            raise DockerfileError(f"line {number}: the heredoc {name} does not end")
        found.append(Heredoc(name, "".join(f"{each}\n" for each in content), expand))
    return tuple(found), last


def _announced(line: str) -> Iterator[tuple[str, bool, bool]]:
    for word in words_of(line, "\\"):
        match = _HEREDOC.match(word)
        if match and match[3]:
            name = match[3]
            bare = name.replace("'", "").replace('"', "").replace("\\", "")
            if bare and not any(each in SPACES for each in bare):
                yield bare, match[2] == "-", bare == name.replace("\\", "")


def _in_json(line: str) -> bool:
    from libccheck.dockerfile.instructions import json_form

    arguments = line.strip(SPACES).split(None, 1)[1:]
    return bool(arguments) and json_form(arguments[0]) is not None
