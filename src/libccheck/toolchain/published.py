"""Of which package of npm or PyPI a file is part, as far as its path tells."""

from __future__ import annotations

import re

from libccheck.record import NamedTuple

_PART = r"[A-Za-z0-9~][\w.~-]{0,213}"
_IN_NODE_MODULES = re.compile(rf"(?:.*/)?node_modules/((?:@{_PART}/)?{_PART})/", re.ASCII | re.DOTALL)
# name, version, perhaps a build number, then three tags: PEP 427
_WHEEL = re.compile(r"(?:^|/)([\w.]{1,214})-([\w.+!]{1,100})(?:-\d\w*)?-[\w.]+-[\w.]+-[\w.]+\.whl(?:!|$)", re.ASCII)


PNPM = "node_modules/.pnpm/"
"""Where pnpm keeps what it links to."""


class Published(NamedTuple):
    """ecosystem: "npm" or "PyPI"; name: as that has it; version: "" where nothing tells.

    installer: "pip", "npm", "pnpm" or "yarn", as far as that shows: others leave what pip or npm does.
    """

    ecosystem: str
    name: str
    version: str
    installer: str


def published_in(path: str) -> Published | None:
    """The innermost package of `node_modules`, or the wheel; None for a path that shows neither."""
    match = _WHEEL.search(path)
    if match:
        return Published("PyPI", wheel_name(match[1]), match[2], "pip")
    directory = module_directory(path)
    return Published("npm", directory[1], "", "pnpm" if PNPM in path else "npm") if directory else None


def module_directory(path: str) -> tuple[str, str] | None:
    """Where the innermost package of `node_modules` lies, and the name that it has there."""
    match = _IN_NODE_MODULES.match(path)
    return (path[: match.end(1)], match[1]) if match else None


def wheel_name(name: str) -> str:
    """A project's name in the one form in which all its spellings are equal: PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()
