"""Names by patterns, as COPY and .dockerignore have them (`path/filepath.Match` of Go)."""

from __future__ import annotations


def matches(pattern: str, text: str) -> bool:
    """Whether `*`, `?`, `[a-z]` and plain characters match the whole text; in quadratic time at most."""
    parts = _parts(pattern)
    at = behind = 0
    star, tried = -1, 0
    while at < len(text):
        wanted = parts[behind] if behind < len(parts) else ""
        if wanted == "*":
            star, tried = behind, at
            behind += 1
        elif wanted and _takes(wanted, text[at]):
            at, behind = at + 1, behind + 1
        elif star >= 0:
            tried += 1
            at, behind = tried, star + 1
        else:
            return False
    return all(each == "*" for each in parts[behind:])


def _parts(pattern: str) -> list[str]:
    """`*`, `?`, a class with its brackets, or one character behind its backslash, if it has one."""
    found, at = [], 0
    while at < len(pattern):
        size = 2 if pattern[at] == "\\" else 1
        if pattern[at] == "[":
            size = _class(pattern, at) or 1
        found.append(pattern[at : at + size])
        at += size
    return found


def _class(pattern: str, at: int) -> int:
    """The length of the class that begins there; 0 where it does not end."""
    end = at + 1 + pattern.startswith("^", at + 1)
    first = end
    while end < len(pattern) and (pattern[end] != "]" or end == first):
        end += 2 if pattern[end] == "\\" else 1
    return end + 1 - at if end < len(pattern) else 0


def _takes(part: str, each: str) -> bool:
    if len(part) < 3:
        return part == "?" or part[-1] == each
    members = part[1:-1]
    negated = members.startswith("^")
    members = members[negated:]
    found, at = False, 0
    while at < len(members):
        at += members[at] == "\\"
        low = high = members[at : at + 1]
        if members[at + 1 : at + 2] == "-" and at + 2 < len(members):
            at += 2 + (members[at + 2] == "\\")
            high = members[at : at + 1]
        found = found or low <= each <= high
        at += 1
    return found != negated
