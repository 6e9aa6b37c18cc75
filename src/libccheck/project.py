"""A project's own file: where it is, what it says, and that what it names lies inside the project."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from libccheck.errors import UsageError
from libccheck.record import NamedTuple

if TYPE_CHECKING:  # where there is no such file nothing of this is imported
    from libccheck.config import Config, ConfigError

OWN, SHARED = ".libccheck.toml", "pyproject.toml"
_TOP = ("tool", "libccheck")
_LARGEST = 1 << 20
_WORD = b"libccheck"


class Found(NamedTuple):
    """A file with a configuration. file: as it is shown, from the working directory; root: its directory, "" for that.

    top: where in it the configuration stands. passed_over: another file beside it that is not taken.
    """

    file: str
    root: str
    text: str
    data: Mapping[str, Any]
    top: tuple[str, ...]
    passed_over: str = ""


def load_config(directory: str = ".") -> Config | None:
    """The configuration of the project that the directory is in; None where there is none.

    `.libccheck.toml`, or else `[tool.libccheck]` of `pyproject.toml`, of the directory or the nearest one above it, up
    to the one that holds `.git`; the home directory and what is above it is not looked at. Raises UsageError, whose
    subject is file and line, for a file that is wrong.
    """
    found = find(directory)
    return load(found) if found is not None else None


def load(found: Found, also: Callable[[Config], object] | None = None) -> Config:
    """What the file says; `also` looks at the values, and may raise ConfigError. Raises UsageError as above."""
    from libccheck.config import ConfigError, config_of

    table: Any = found.data
    for number, key in enumerate(found.top, 1):
        table = table[key]
        if not isinstance(table, Mapping):
            raise _located(ConfigError(f"{key} is no table", found.top[:number]), found)
    try:
        config = config_of(table, found.top, found.file, found.root)
        config = _with_lines(config, found.text)._replace(passed_over=found.passed_over, top=found.top)
        if also is not None:
            also(config)
    except ConfigError as error:
        raise _located(error, found) from None
    return config


def find(directory: str = ".") -> Found | None:
    """The file to take, read and parsed; one above a directory that anybody may write to is not taken."""
    try:
        here = os.path.abspath(directory)
    except OSError:  # the working directory is gone
        return None
    home = os.path.realpath(os.path.expanduser("~"))
    root = "" if directory in ("", ".") else directory
    first = here
    while here == first or here != home:
        found = _in(here, root)
        if found is not None:
            return found if here == first or not os.stat(here).st_mode & stat.S_IWOTH else None
        if os.path.exists(os.path.join(here, ".git")) or here == os.path.dirname(here):
            return None
        here, root = os.path.dirname(here), os.path.join(root, "..")
    return None


def inside(config: Config, path: str, what: str) -> str:
    """The path from the working directory of a file that is written or shown. Raises UsageError where a link leads out
    of the project, or it is git's own."""
    place = os.path.join(config.root, path)
    root = os.path.realpath(config.root or ".")
    real = os.path.realpath(place)
    if real != root and not real.startswith(root.rstrip("/") + "/"):
        raise UsageError(f"{what} {path} leads out of the project by a link", subject=config.file)
    if any(part.lower() == ".git" for part in (*path.split("/"), *real[len(root) :].split("/"))):
        raise UsageError(f"{what} {path} is git's own", subject=config.file)
    return place


def _in(directory: str, root: str) -> Found | None:
    own, shared = (_read(os.path.join(directory, name), os.path.join(root, name)) for name in (OWN, SHARED))
    file, other = os.path.join(root, OWN), os.path.join(root, SHARED)
    if own is not None:
        text = _decoded(own, file)
        return Found(file, root, text, _parsed(text, file), (), other if _has_ours(shared) else "")
    if shared is None or _WORD not in shared:
        return None
    text = _decoded(shared, other)
    data = _parsed(text, other)
    tool = data.get("tool")
    return Found(other, root, text, data, _TOP) if isinstance(tool, Mapping) and "libccheck" in tool else None


def _has_ours(data: bytes | None) -> bool:
    if data is None or _WORD not in data:
        return False
    try:
        return "libccheck" in _parse(data.decode("utf-8")).get("tool", {})
    except (ValueError, TypeError, RecursionError):
        return False


def _read(path: str, shown: str) -> bytes | None:
    """What is in a regular file; None where there is none, or where it is of all tools and not for us to read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
    except OSError:
        return None
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            return file.read(_LARGEST + 1)
    except OSError as error:
        if os.path.basename(path) == SHARED:
            return None
        raise UsageError(f"cannot read it: {(error.strerror or str(error)).lower()}", subject=shown) from None


def _decoded(data: bytes, file: str) -> str:
    if len(data) > _LARGEST:
        raise UsageError(f"it has more than {_LARGEST >> 20} MiB", subject=file)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError("it is not UTF-8", subject=f"{file}:{line}") from None


def _parse(text: str) -> dict[str, Any]:
    data: dict[str, Any] = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads(text)
    return data


def _parsed(text: str, file: str) -> dict[str, Any]:
    if text.startswith("\ufeff"):
        raise UsageError("it begins with a byte order mark", subject=f"{file}:1", hint="save it as UTF-8 without one")
    try:
        return _parse(text)
    except RecursionError:
        raise UsageError("it is nested too deeply", subject=file) from None
    except ValueError as error:
        import re

        said = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.DOTALL)
        words, line, column = said.groups() if said else (str(error), None, None)
        words = " ".join(words.split())
        where = f", column {column}" if column else ", at the end of the file" if said else ""
        number = line or str(max(text.rstrip("\n").count("\n") + 1, 1))
        raise UsageError(f"{words[:1].lower()}{words[1:]}{where}", subject=f"{file}:{number}") from None


def _located(error: ConfigError, found: Found) -> UsageError:
    from libccheck.config.places import line_of

    line = line_of(found.text, error.path, _parse)
    key = ".".join(map(str, error.path))
    return UsageError(error.message, subject=f"{found.file}:{line or f' {key}'}", hint=error.hint)


def _with_lines(config: Config, text: str) -> Config:
    """The ignores with their lines, where these can be told at a glance."""
    from libccheck.config.places import header_lines

    lines = header_lines(text, "ignore")
    if len(lines) != len(config.ignores):
        return config
    return config._replace(
        ignores=tuple(each._replace(line=line) for each, line in zip(config.ignores, lines, strict=True))
    )
