"""Of which package of npm or PyPI a file is part, by what those that installed it left beside it."""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from stat import S_ISREG

from libccheck.model import Program
from libccheck.toolchain.published import PNPM, Published, module_directory, published_in, wheel_name

_LARGEST = 1 << 23
_MOST_BYTES = 1 << 26  # of all that is read of one directory of packages
_MOST_PROJECTS = 2000
_ABOVE = 8
_KEPT = 64
_LONGEST = 256
_OF_YARN = (".yarn-integrity", ".yarn-state.yml")


def published(program: Program) -> Published | None:
    """By its path, and by package.json of `node_modules`, or the RECORD of a project that lists it."""
    if not os.path.lexists(program.path):  # in an archive
        return published_in(program.path)
    path = os.path.realpath(program.path)
    directory = module_directory(path)
    return _by_package_json(*directory) if directory is not None else _by_record(path)


def _by_package_json(directory: str, name: str) -> Published:
    """An alias has another name in `node_modules` than the one that it is published by."""
    try:
        data = json.loads(_read(f"{directory}/package.json"))
    except (OSError, ValueError, RecursionError):
        data = None
    said = data if isinstance(data, dict) else {}
    return Published("npm", _word(said.get("name")) or name, _word(said.get("version")), _installer(directory))


def _word(value: object) -> str:
    """A name or a version; "" for what can be neither."""
    return value if isinstance(value, str) and len(value) <= _LONGEST else ""


def _installer(directory: str) -> str:
    """By where pnpm keeps what it links to, and by what yarn leaves in the outermost `node_modules`."""
    if PNPM in directory:
        return "pnpm"
    top = f"{directory.partition('/node_modules/')[0]}/node_modules"
    return "yarn" if any(os.path.lexists(f"{top}/{each}") for each in _OF_YARN) else "npm"


def _by_record(path: str) -> Published | None:
    for directory in _directories_of_packages(path):
        found = _recorded(directory).get(os.path.relpath(path, directory))
        if found is not None:
            return found
    return None


def _directories_of_packages(path: str) -> Iterator[str]:
    """Those above it, and that of the environment in whose `bin` it is; the nearest first."""
    here = os.path.dirname(path)
    for _ in range(_ABOVE):
        yield here
        yield from sorted(glob.glob(f"{glob.escape(here)}/lib/python3*/site-packages"))
        here = os.path.dirname(here)


@lru_cache(_KEPT)
def _recorded(directory: str) -> Mapping[str, Published]:
    """What pip has installed there: each path from there, with its project."""
    found: dict[str, Published] = {}
    budget = _MOST_BYTES
    for place in sorted(glob.glob(f"{glob.escape(directory)}/*.dist-info"))[:_MOST_PROJECTS]:
        name, _, version = os.path.basename(place).removesuffix(".dist-info").partition("-")
        project = Published("PyPI", wheel_name(name), version, "pip")
        text = _text_of(f"{place}/RECORD") if budget > 0 else ""
        budget -= len(text)
        for line in text.splitlines():
            path = line.rsplit(",", 2)[0].strip('"')  # then its sum and its size: PEP 376
            found.setdefault(path, project)
            if path.startswith("../../bin/"):  # `pip install --target` puts it below that, and does not say so
                found.setdefault(path.removeprefix("../../"), project)
    return found


def _text_of(file: str) -> str:
    try:
        return _read(file).decode("utf-8", "replace")
    except OSError:
        return ""


def _read(path: str) -> bytes:
    """A file, no further than such files go; empty for what is none."""
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(file, "rb") as opened:
        return opened.read(_LARGEST) if S_ISREG(os.fstat(file).st_mode) else b""
