"""The lines that compilers and linkers leave in `.comment`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from libccheck.record import NamedTuple

_VERSION = r"(?P<version>\d[\w.+~-]*)"
_PATTERNS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("gcc", r"^GCC: \((?P<by>.*?)\) " + _VERSION + r"(?P<rest>.*)$"),
        ("rustc", r"^rustc version " + _VERSION + r"(?P<rest>.*)$"),
        ("ghc", r"^GHC " + _VERSION + r"(?P<rest>.*)$"),
        ("lld", r"^Linker: (?P<by>.*?)LLD " + _VERSION + r"(?P<rest>.*)$"),
        ("mold", r"^(?:Linker: )?(?P<by>.*?)mold " + _VERSION + r"(?P<rest>.*)$"),
        ("clang", r"^(?P<by>.*?)clang version " + _VERSION + r"(?P<rest>.*)$"),
        ("zig", r"^zig " + _VERSION + r"(?P<rest>.*)$"),
    )
)
_GENERIC = re.compile(r"^(?P<by>[A-Za-z][\w +/-]{0,30}?) [Vv]ersion " + _VERSION + r"(?P<rest>.*)$")
_ZIG = "ziglang/zig-bootstrap"


class Tool(NamedTuple):
    """A compiler or linker: name as in "gcc", version, and whose build it is ("Debian 12.2.0-14", "" if unknown)."""

    name: str
    version: str
    detail: str


def tools(lines: Iterable[str]) -> tuple[Tool, ...]:
    """The tools that these lines of `.comment` name, each once, in order; a line that names none is left out."""
    return tuple(dict.fromkeys(tool for tool in map(_tool, lines) if tool))


def _tool(line: str) -> Tool | None:
    for name, pattern in _PATTERNS:
        match = pattern.match(line)
        if match:
            return _named(name, match, line)
    match = _GENERIC.match(line)
    if match:
        return Tool(match["by"].lower(), match["version"], _plain(match["rest"]))
    return None


def _named(name: str, match: re.Match[str], line: str) -> Tool:
    parts = match.groupdict()
    by, rest = (parts.get("by") or "").strip(), parts["rest"].strip()
    version = parts["version"]
    if _ZIG in line:
        return Tool(name, version, "zig")
    if name == "gcc":
        # "GCC: (GNU) 8.5.0 20210514 (Red Hat 8.5.0-28)": the distribution stands behind
        return Tool(name, version, _plain(rest.partition("(")[2].rstrip(")")) if by == "GNU" else _plain(by))
    return Tool(name, version, _plain(by or rest.strip("()")) if name != "rustc" else _plain(rest.strip("()")))


def _plain(text: str) -> str:
    """One line; where the compiler's own source lay says nothing about whose build it is."""
    return "" if text.startswith("/") or "://" in text else " ".join(text.split())
