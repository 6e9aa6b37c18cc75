"""From the words that a user saw to their causes, the likeliest first."""

from __future__ import annotations

import re
from functools import cache

from libccheck.causes import afterwards, beyond, engines, languages, loaders, shells
from libccheck.causes.cleaning import lines
from libccheck.causes.commands import About, command, image_in, is_program, program_in, started_in
from libccheck.causes.saying import FORMAT, NOT_FOUND, Saying
from libccheck.causes.tells import TELLS
from libccheck.record import NamedTuple

_STRENGTHS: tuple[tuple[Saying, ...], ...] = (
    (*shells.SAID, *loaders.SAID, *beyond.SAID, *afterwards.SAID, *languages.SAID, *engines.SAID),
    (*languages.REFUSED, *engines.REFUSED, *shells.REFUSED),
    (*loaders.WARNED, *engines.WARNED),
    engines.VAGUE,
)
"""What names its cause, what refuses a file, what warns and goes on, what is an errno and no more."""

_TELLS = {**TELLS, **beyond.BEYOND, **afterwards.MISSED}
_MOST_BROKEN = 12
_SCRIPT = re.compile(r"\.(?:sh|bash|py|rb|pl|js)$|entry-?point$|(?:^|/)(?:gradlew|mvnw|configure)$", re.IGNORECASE)
_SPEAKER = re.compile(r"(?:^|\s)([^\s:]+): (?:error while loading shared|symbol lookup error|relocation error)")
_OF_THE_IMAGE = re.compile(r"(?:/usr)?/s?bin/[^/]+$")


class Cause(NamedTuple):
    """One cause that prints such words: its rule, how to tell it from the others, the command of ours that would.

    `code` is "" where no rule is about the cause.
    """

    code: str
    name: str
    tell: str
    command: str


class Reading(NamedTuple):
    """What was made of pasted words: the line that tells, what it is about, and the causes of it."""

    line: str
    about: About
    causes: tuple[Cause, ...]


def causes(words: str) -> tuple[Cause, ...]:
    """The causes of these words, pasted whole with timestamps and wrappers; () where they say nothing known."""
    reading = read(words)
    return reading.causes if reading else ()


def read(words: str) -> Reading | None:
    """What these words say, line by line: the line that says most decides, whichever it is. None: nothing known."""
    pasted = lines(words)
    # A terminal breaks long lines, and what is pasted from it stays broken.
    joined = [" ".join(pasted)] if 1 < len(pasted) <= _MOST_BROKEN else []
    for sayings in _compiled():
        hits = [hit for line in (*pasted, *joined) if (hit := _first(sayings, line))]
        if hits:
            saying, match = hits[0]
            about = About(*_subjects(match), image_in(pasted))
            about = about if about.program else about._replace(program=started_in(pasted))
            keys = _ranked(saying.causes, about.program)
            if sayings is _compiled()[0]:
                keys = tuple(dict.fromkeys((*keys, *(key for other, _ in hits[1:] for key in other.causes))))
            return Reading(match.string, about, tuple(_cause(key, saying, about) for key in keys))
    return None


def _first(sayings: tuple[tuple[Saying, re.Pattern[str]], ...], line: str) -> tuple[Saying, re.Match[str]] | None:
    for saying, pattern in sayings:
        match = pattern.search(line)
        if match:
            return saying, match
    return None


@cache
def _compiled() -> tuple[tuple[tuple[Saying, re.Pattern[str]], ...], ...]:
    return tuple(
        tuple((saying, re.compile(saying.pattern, re.IGNORECASE)) for saying in sayings) for sayings in _STRENGTHS
    )


def _subjects(match: re.Match[str]) -> tuple[str, str]:
    """The program and what it is missing, so far as the words name them: of an errno what stands before it."""
    groups = match.groupdict()
    program, subject = groups.get("program") or "", groups.get("subject") or ""
    speaker = _SPEAKER.search(match.string)
    if not program and speaker:
        program = speaker.group(1)
    if not program:
        before = match.string[: match.start()]
        program = program_in(before[: before.rfind(" ") + 1] if match.string[match.start() :][:1] != " " else before)
    return program if is_program(program) else "", subject


def _ranked(keys: tuple[str, ...], program: str) -> tuple[str, ...]:
    """What the name of the file adds: a script has no loader, a name without a slash was looked for in PATH."""
    if _SCRIPT.search(program):
        keys = {NOT_FOUND: ("LC106", "LC105", "LC101", "LC100"), FORMAT: ("LC107", "LC102")}.get(keys, keys)
    if _OF_THE_IMAGE.match(program) and keys in (NOT_FOUND, FORMAT):
        keys = (*keys, "emulator-out-of-reach")
    return keys


def _cause(key: str, saying: Saying, about: About) -> Cause:
    from libccheck.rules import RULES

    tell = saying.tell if saying.tell and key == saying.causes[0] else _TELLS[key]
    if key not in RULES:
        return Cause("", key, tell, command("", about))
    return Cause(key, RULES[key].name, tell, command(key, about))
