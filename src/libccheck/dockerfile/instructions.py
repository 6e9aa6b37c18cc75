"""Logical lines as instructions: their flags and arguments, JSON or shell form (BuildKit's `line_parsers.go`)."""

from __future__ import annotations

import json
import re

from libccheck.dockerfile.lines import SPACES, DockerfileError, Heredoc, Line, Lines, logical_lines
from libccheck.dockerfile.words import words_of
from libccheck.record import NamedTuple

_BLANKS = re.compile(r"[\t\v\f\r ]+")
_LISTS = ("ADD", "COPY", "VOLUME")
_COMMANDS = ("RUN", "CMD", "ENTRYPOINT", "SHELL")
_PAIRS = ("ENV", "LABEL", "ARG")
_WORDS = ("FROM", "EXPOSE")
_STRINGS = ("MAINTAINER", "STOPSIGNAL", "USER", "WORKDIR")
_KNOWN = (*_LISTS, *_COMMANDS, *_PAIRS, *_WORDS, *_STRINGS, "HEALTHCHECK", "ONBUILD")


class Instruction(NamedTuple):
    """One instruction, its name in capitals.

    values: the words; of a shell form its one text; of ENV, LABEL and ARG each `NAME=VALUE` or `NAME`, quotes as they
    stand. json: whether it is in exec form. triggered: of ONBUILD, the instruction that it keeps for later.
    """

    name: str
    flags: tuple[str, ...]
    values: tuple[str, ...]
    json: bool
    line: int
    last: int
    heredocs: tuple[Heredoc, ...] = ()
    triggered: str = ""

    def flag(self, name: str) -> str | None:
        """The value of the last `--name=value`, "" for a bare `--name`; None where there is none."""
        found = [each[2:].partition("=") for each in self.flags]
        return next((value for key, _, value in reversed(found) if key == name), None)


class Dockerfile(NamedTuple):
    escape: str
    instructions: tuple[Instruction, ...]


def parse(text: str) -> Dockerfile:
    """Raises DockerfileError, with the line, for what BuildKit refuses."""
    found: Lines = logical_lines(text)
    instructions = tuple(instruction_of(line, found.escape) for line in found.lines)
    if not instructions:
        raise DockerfileError("is no Dockerfile: there are no instructions in it")
    return Dockerfile(found.escape, instructions)


def json_form(text: str) -> tuple[str, ...] | None:
    """The words of an exec form; None where it is no JSON list of strings. What stands behind the list is ignored."""
    text = text.lstrip(SPACES)
    if not text.startswith("["):
        return None
    try:
        words, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return tuple(words) if isinstance(words, list) and all(isinstance(each, str) for each in words) else None


def instruction_of(line: Line, escape: str) -> Instruction:
    """Raises DockerfileError likewise."""
    name, _, rest = _split(line.text)
    name = name.upper()
    if name not in _KNOWN:
        raise DockerfileError(f"line {line.first}: unknown instruction: {name[:40]}")
    flags, rest = _flags(rest, escape)
    rest = rest.strip(SPACES)
    values: tuple[str, ...] = (rest,)
    is_json, triggered = False, ""
    if name == "ONBUILD":
        triggered = _split(rest)[0].upper()
    elif name == "HEALTHCHECK":
        values, is_json = _healthcheck(rest)
    elif name in _COMMANDS + _LISTS:
        found = json_form(rest)
        is_json = found is not None
        values = found if found is not None else _blanks(rest) if name in _LISTS else (rest,)
    elif name in _PAIRS:
        values = _pairs(name, rest, escape, line.first)
    elif name in _WORDS:
        values = _blanks(rest)
    if not any(values) and name not in ("CMD", "ENTRYPOINT", "RUN"):
        raise DockerfileError(f"line {line.first}: {name} requires at least one argument")
    return Instruction(name, flags, values, is_json, line.first, line.last, line.heredocs, triggered)


def _split(text: str) -> tuple[str, str, str]:
    words = _BLANKS.split(text.strip(SPACES), maxsplit=1)
    return words[0], " ", words[1] if len(words) > 1 else ""


def _blanks(text: str) -> tuple[str, ...]:
    return tuple(_BLANKS.split(text)) if text else ()


def _healthcheck(rest: str) -> tuple[tuple[str, ...], bool]:
    kind, _, command = _split(rest)
    words = json_form(command)
    return (kind.upper(), *(words if words is not None else (command,))), words is not None


def _pairs(name: str, rest: str, escape: str, number: int) -> tuple[str, ...]:
    """`NAME=VALUE ...`; ENV and LABEL also take the old `NAME VALUE`."""
    words = words_of(rest, escape)
    if name == "ARG" or not words:
        return tuple(words)
    if "=" not in words[0]:
        parts = _BLANKS.split(rest, maxsplit=1)
        if len(parts) < 2:
            raise DockerfileError(f"line {number}: {name} must have two arguments")
        return (f"{parts[0]}={parts[1]}",)
    wrong = next((each for each in words if "=" not in each), None)
    if wrong is not None:
        raise DockerfileError(f"line {number}: can't find = in {wrong[:40]}: {name} takes NAME=VALUE")
    return tuple(words)


def _flags(text: str, escape: str) -> tuple[tuple[str, ...], str]:
    """`extractBuilderFlags` of `split_command.go`: the words at the beginning that start with two dashes."""
    flags: list[str] = []
    at, end = 0, len(text)
    while at < end:
        if text[at] in SPACES:
            at += 1
            continue
        if not text.startswith("--", at):
            return tuple(flags), text[at:]
        word, at, empty = _flag(text, at, escape)
        if word == "--":
            return tuple(flags), text[at:]
        if word or empty:
            flags.append(word)
    return tuple(flags), ""


def _flag(text: str, at: int, escape: str) -> tuple[str, int, bool]:
    """One word without its quotes, where it ends, and whether there were quotes."""
    word: list[str] = []
    quote, quoted = "", False
    while at < len(text):
        each = text[at]
        if not quote and each in SPACES:
            break
        if each == quote:
            quote = ""
        elif not quote and each in "'\"":
            quote, quoted = each, True
        elif each == escape:
            at += 1
            word.append(text[at : at + 1])
        else:
            word.append(each)
        at += 1
    return "".join(word), at, quoted
