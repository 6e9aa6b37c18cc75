"""A build context on this machine: a directory, without what its .dockerignore leaves out."""

from __future__ import annotations

import os
import stat

from libccheck.copies import node_of
from libccheck.model import Node

_LARGEST = 4 << 20
_MOST_NAMES = 20_000
_MOST_RULES = 1000


class DirectoryContext:
    """The protocol `libccheck.dockerfile.Context`: paths are relative, and never lead out of the directory."""

    def __init__(self, directory: str, ignored: str | None = None) -> None:
        self.directory = os.path.realpath(directory)
        self._rules = _rules(ignored if ignored is not None else os.path.join(directory, ".dockerignore"))

    def node(self, path: str) -> Node | None:
        """Links are followed inside the context, as COPY follows the one that it names."""
        place = self._place(path)
        if place is None:
            return None
        try:
            return node_of(place, os.stat(place))
        except OSError:
            return None

    def names(self, path: str) -> list[str]:
        place = self._place(path)
        try:
            found = os.listdir(place)[:_MOST_NAMES] if place is not None else []
        except OSError:
            return []
        return sorted(each for each in found if not self._ignores(f"{path}/{each}".strip("/")))

    def text(self, path: str) -> bytes | None:
        place = self._place(path)
        try:
            if place is None or not stat.S_ISREG(os.stat(place).st_mode):
                return None
            with open(place, "rb") as file:
                return file.read(_LARGEST)
        except OSError:
            return None

    def _place(self, path: str) -> str | None:
        if path and self._ignores(path):
            return None
        place = os.path.realpath(os.path.join(self.directory, path))
        inside = place == self.directory or place.startswith(self.directory.rstrip("/") + "/")
        return place if inside else None

    def _ignores(self, path: str) -> bool:
        """The last rule that a path, or a directory above it, goes by."""
        ignored = False
        for pattern, again in self._rules:
            if _goes_by(pattern, path):
                ignored = not again
        return ignored


def _rules(path: str) -> list[tuple[list[str], bool]]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read(1 << 20).splitlines()[:_MOST_RULES]
    except OSError:
        return []
    rules = []
    for line in lines:
        text = line.strip()
        if not text or line.startswith("#"):
            continue
        again = text.startswith("!")
        parts = [each for each in text[again:].strip().split("/") if each not in ("", ".")]
        if parts:
            rules.append((parts, again))
    return rules


def _goes_by(pattern: list[str], path: str) -> bool:
    from libccheck.dockerfile.patterns import matches

    parts = path.split("/")
    if "**" not in pattern:
        return len(parts) >= len(pattern) and all(map(matches, pattern, parts))
    reached = {0}  # how much of the pattern may have been used
    for each in parts:
        following: set[int] = set()
        for at in reached:
            while at < len(pattern) and pattern[at] == "**":
                following.add(at)
                at += 1
            if at < len(pattern) and matches(pattern[at], each):
                following.add(at + 1)
        reached = following
        if len(pattern) in reached:
            return True
    return any(all(each == "**" for each in pattern[at:]) and at for at in reached)
