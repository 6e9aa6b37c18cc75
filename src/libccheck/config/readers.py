"""One value of a configuration: what it must be, and one line on what it is instead."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from libccheck.config.places import Path
from libccheck.errors import UsageError

FILES = ("dir", "tar", "docker-archive", "oci", "oci-archive")
"""Of the schemes of images those that a path stands behind."""
_OUTSIDE = "paths are relative to the directory of the file; name another one on the command line"
_LONGEST = 4096


class ConfigError(UsageError):
    """Something is wrong with a configuration at `path`, keys and positions from the top of its file."""

    def __init__(self, message: str, path: Path, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path


Reader = Callable[[Any, Path], Any]


def text(value: Any, path: Path) -> str:
    """One line, not empty."""
    key = name_of(path)
    if not isinstance(value, str):
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        raise ConfigError(f"{key} is {_kind(value)}, and text is wanted", path, f'write "{value}"' if is_number else "")
    if not value.strip():
        raise ConfigError(f"{key} is empty", path, "leave it out, or say something")
    if not value.isprintable():
        raise ConfigError(f"{key} holds a line break or another character that does not show", path)
    if len(value) > _LONGEST:
        raise ConfigError(f"{key} has more than {_LONGEST} characters", path)
    return value


def flag(value: Any, path: Path) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{name_of(path)} is {_kind(value)}, and true or false is wanted", path)
    return value


def texts(value: Any, path: Path) -> tuple[str, ...]:
    """A list of lines, not empty."""
    return _list(value, path, text)


def paths(value: Any, path: Path) -> tuple[str, ...]:
    """Of the project."""
    return _list(value, path, inside)


def images(value: Any, path: Path) -> tuple[str, ...]:
    """Those that are files are the project's own."""
    return _list(value, path, image)


def copies(value: Any, path: Path) -> tuple[str, ...]:
    return _list(value, path, _copy)


def formats(value: Any, path: Path) -> tuple[str, ...]:
    return _list(value, path, _format)


def inside(value: Any, path: Path) -> str:
    """A relative path that does not lead out of the directory of the file."""
    _check_inside(text(value, path), path, value)
    return str(value)


def image(value: Any, path: Path) -> str:
    scheme, colon, rest = text(value, path).partition(":")
    is_file = bool(colon) and scheme in FILES
    if is_file or value.startswith(("/", ".", "~")) or ".." in value.split("/"):
        _check_inside(rest if is_file else value, path, value)
    return str(value)


def variables(value: Any, path: Path) -> dict[str, str]:
    """A table of KEY = "VALUE"; a value may be empty."""
    if not isinstance(value, Mapping):
        raise ConfigError(f"{name_of(path)} is {_kind(value)}, and a table is wanted", path)
    for name, each in value.items():
        if not name or "=" in name or not name.isprintable():
            raise ConfigError(f"{name_of(path)} has a name that no variable can have", (*path, name))
        if each != "":
            text(each, (*path, name))
    return dict(value)


def choice(*known: str) -> Reader:
    def read(value: Any, path: Path) -> str:
        if text(value, path) not in known:
            listed = " or ".join(filter(None, [", ".join(known[:-1]), known[-1]]))
            raise ConfigError(f"{name_of(path)} is {listed}, not {value}", path, near(value, known))
        return str(value)

    return read


def day(value: Any, path: Path) -> str:
    """The last day on which something holds, "2027-01-31", of a date or a text."""
    example = "as in expires = 2027-01-31"
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    if not isinstance(value, str):
        raise ConfigError(f"{name_of(path)} is {_kind(value)}, and a day is wanted", path, example)
    try:
        found = datetime.datetime.strptime(value, "%Y-%m-%d").date().isoformat()
    except ValueError:
        found = ""
    if found != value:
        raise ConfigError(f"{name_of(path)} {value!r} is no day", path, example)
    return found


def tables(value: Any, path: Path) -> list[Mapping[str, Any]]:
    """Of [[...]]."""
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise ConfigError(
            f"{name_of(path)} is {_kind(value)}, and tables are wanted", path, f"write [[{'.'.join(map(str, path))}]]"
        )
    return value


def near(word: str, known: Iterable[str]) -> str:
    """ "did you mean images?", or nothing."""
    close = get_close_matches(word, list(known), 1, 0.6)
    return f"did you mean {close[0]}?" if close else ""


def name_of(path: Path) -> str:
    """The key as it is called where its line is told too: "images[1]", "env.PATH"."""
    end = len(path)
    while end > 1 and isinstance(path[end - 1], int):
        end -= 1
    name = str(path[end - 1]) + "".join(f"[{each}]" for each in path[end:])
    return f"{path[end - 2]}.{name}" if end > 1 and path[end - 2] in ("env", "build-args") else name


def _list(value: Any, path: Path, read: Callable[[Any, Path], str]) -> tuple[str, ...]:
    if not isinstance(value, list):
        hint = f'write {path[-1]} = ["{value}"]' if isinstance(value, str) and value.isprintable() else ""
        raise ConfigError(f"{name_of(path)} is {_kind(value)}, and a list is wanted", path, hint)
    if not value:
        raise ConfigError(f"{name_of(path)} is an empty list", path, "leave it out, or name something")
    return tuple(read(each, (*path, number)) for number, each in enumerate(value))


def _copy(value: Any, path: Path) -> str:
    source, _, destination = text(value, path).rpartition(":")
    if not source or not destination:
        raise ConfigError(f"{name_of(path)} {value} is not SRC:DEST", path, 'as in copy = ["lib:/opt/lib"]')
    _check_inside(source, path, value)
    return str(value)


def _format(value: Any, path: Path) -> str:
    file = text(value, path).partition("=")[2]
    if file:
        _check_inside(file, path, value)
    return str(value)


def _check_inside(place: str, path: Path, shown: str) -> None:
    if place.startswith(("/", "~")) or ".." in place.split("/"):
        raise ConfigError(f"{name_of(path)} {shown} leads out of the project", path, _OUTSIDE)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    kinds = {str: "text", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return kinds.get(type(value), "a date or a time")
