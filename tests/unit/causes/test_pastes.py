"""Whole pastes: the line that tells, the program and the image that they name, and a command that can be run."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from libccheck.causes import causes, read
from libccheck.causes.afterwards import MISSED
from libccheck.causes.beyond import BEYOND
from libccheck.causes.tells import TELLS
from libccheck.cli import main
from libccheck.rules import RULES
from tests.unit.causes.pastes import PASTES, Paste
from tests.unit.causes.rows import GCOMPAT, LANGUAGES, LATER, ROWS


@pytest.mark.parametrize("paste", PASTES, ids=lambda paste: paste.name)
def test_the_right_cause_comes_first(paste: Paste) -> None:
    reading = read(paste.words)
    assert reading is not None
    assert reading.causes[0].code == paste.code


@pytest.mark.parametrize("paste", PASTES, ids=lambda paste: paste.name)
def test_the_program_and_the_image_are_those_that_it_names(paste: Paste) -> None:
    reading = read(paste.words)
    assert reading is not None
    assert (reading.about.program, reading.about.image) == (paste.program, paste.image)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "everything is fine",
        "hello world",
        "open /etc/app.yaml: no such file or directory",
        "cp: cannot stat 'dist': No such file or directory",
        "listening on 0.0.0.0:8080",
        "npm ERR! code ELIFECYCLE",
        "\x00\x01\x02",
        "{",
        "404 page not found",
        "permission",
    ],
)
def test_words_that_say_nothing_known_have_no_cause(words: str) -> None:
    assert causes(words) == ()


def test_every_cause_is_a_rule_or_known_by_name_and_differs_from_the_others() -> None:
    for words in (row.words for row in (*ROWS, *LATER, *GCOMPAT, *LANGUAGES)):
        found = causes(words)
        assert all(each.code in RULES or each.name in {**BEYOND, **MISSED} for each in found)
        assert len({each.name for each in found}) == len({each.tell for each in found}) == len(found)


def test_how_to_tell_is_said_of_every_error() -> None:
    assert [code for code, rule in RULES.items() if rule.severity == "error" and code not in TELLS] == []
    assert set(TELLS) <= set(RULES)


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("exec /app: no such file or directory", "libccheck check ./app --image IMAGE"),
        ("exec /srv/bin/app: exec format error", "libccheck check ./app --at /srv/bin/ --image IMAGE"),
        ("sh: ./bin/tool: not found", "libccheck check ./bin/tool --image IMAGE"),
        ("exec format error", "libccheck check PROGRAM --image IMAGE"),
        (
            "$ docker run -v /a:/b alpine:3.20 /app\nexec /app: exec format error",
            "libccheck check ./app --image alpine:3.20",
        ),
        ('exec: "app": executable file not found in $PATH', "libccheck probe IMAGE"),
        ("FATAL: kernel too old", "libccheck check PROGRAM --image IMAGE --host kernel=3.10"),
        ("exec /a$b: exec format error", "libccheck check './a$b' --image IMAGE"),
    ],
)
def test_the_command_is_as_concrete_as_the_words(words: str, command: str) -> None:
    assert causes(words)[0].command == command


def test_every_command_can_be_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    texts = [*(row.words for row in (*ROWS, *LATER, *GCOMPAT, *LANGUAGES)), *(paste.words for paste in PASTES)]
    commands = {each.command for text in texts for each in causes(text)}
    assert len(commands) > 20
    for command in commands:
        words = re.sub(r"(--image|probe) \S+", r"\1 scratch", command.replace("PROGRAM", "./program")).split()
        for word in words[2:3] if words[1] == "check" else ():
            Path(word).parent.mkdir(parents=True, exist_ok=True)
            Path(word).write_text("#!/bin/sh\n")
            os.chmod(word, 0o755)
        assert main(words[1:]) in (0, 1), command


@pytest.mark.parametrize(
    "words",
    [
        "a" * 200_000,
        "/" * 200_000,
        "'" * 100_000,
        "exec " * 40_000,
        '{"a":' * 40_000,
        "\r" * 200_000 + "x",
        "\x1b[" * 90_000,
    ],
    ids=lambda words: repr(words[:6]),
)
def test_senseless_words_take_no_time(words: str) -> None:
    start = time.monotonic()
    causes(words)
    assert time.monotonic() - start < 5
