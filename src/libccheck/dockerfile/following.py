"""What a command runs that lies in the build context: the commands of a shell script, or of a Makefile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from libccheck.dockerfile.files import Files
from libccheck.dockerfile.makefiles import MakeError, recipes
from libccheck.dockerfile.shell import UNKNOWN, Command, commands, joined

_SHELLS = ("sh", "bash", "ash", "dash")
_MAKES = ("make", "gmake")
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_DEEPEST = 6
_WITH_VALUE = ("-C", "-f", "-j", "-l", "-o", "-W", "-I", "--directory", "--file", "--makefile", "--jobs")


def followed(found: Iterable[Command], files: Files, depth: int = 0) -> Iterator[Command]:
    """The same commands; in the place of one that runs such a file those that are in it."""
    for each in found:
        inside = _inside(each, files) if depth < _DEEPEST else None
        if inside is None:
            yield each
        else:
            yield from followed(inside, files, depth + 1)


def _inside(command: Command, files: Files) -> list[Command] | None:
    if command.name in _MAKES:
        return _of_make(command, files)
    words = command.words[1:] if command.name in _SHELLS else command.words
    if not words or words[0].startswith("-") or UNKNOWN in words[0]:
        return None
    if command.name not in _SHELLS and "/" not in words[0]:
        return None
    text = _text(files, joined(command.cwd, words[0]))
    first = (text or "").partition("\n")[0]
    if text is None or (command.name not in _SHELLS and not _is_for_a_shell(first)):
        return None
    return commands(text, command.env, command.cwd)


def _is_for_a_shell(line: str) -> bool:
    words = line[2:].split() if line.startswith("#!") else []
    return any(each.rpartition("/")[2] in _SHELLS for each in words[:2])


def _of_make(command: Command, files: Files) -> list[Command] | None:
    options, words = _read(command.words[1:])
    given = dict(each.split("=", 1) for each in words if "=" in each)
    goals = [each for each in words if "=" not in each]
    directory = joined(command.cwd, options.get("-C", "."))
    names = [options["-f"]] if "-f" in options else _MAKEFILES
    text = next((found for name in names if (found := _text(files, joined(directory, name))) is not None), None)
    if text is None:
        return None
    try:
        lines = recipes(text, goals, given, command.env, lambda name: files.find(joined(directory, name)) is not None)
    except MakeError:
        return None
    return [one for each in lines for one in commands(each.line, {**command.env, **each.env}, directory)]


def _read(words: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    """The options with a value, and the other words: goals and variables."""
    options: dict[str, str] = {}
    rest: list[str] = []
    name = ""
    for each in words:
        if name:
            options[name] = each
            name = ""
        elif each.startswith("-"):
            known = next((option for option in ("-C", "-f") if each.startswith(option) and len(each) > 2), "")
            if known:
                options[known] = each[2:]
            name = each if each in _WITH_VALUE and each != "-j" else ""
        else:
            rest.append(each)
    long = {"--directory": "-C", "--file": "-f", "--makefile": "-f"}
    return {long.get(key, key): value for key, value in options.items()}, rest


def _text(files: Files, path: str) -> str | None:
    found = files.text(path)
    return found.decode("utf-8", "replace") if found is not None else None
