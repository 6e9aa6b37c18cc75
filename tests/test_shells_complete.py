"""bash, zsh and fish complete names behind libccheck, each with its own script and as somebody types in a terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

import libccheck
from tests import toolchains
from tests.reality.sample import dear

SOURCES = str(Path(libccheck.__path__[0]).parent)
_SECONDS = 60
_START = {
    # how it is started with nothing of the user's own, and what it reads first
    "bash": (("bash", "--norc", "--noprofile", "-i"), "PS1='> '; source <(libccheck completion bash)"),
    "zsh": (("zsh", "-f", "-i"), "PS1='> '; autoload -U compinit; compinit -u -D; source <(libccheck completion zsh)"),
}
_TYPED = (
    # what is typed in front of two tabulators, and what the terminal then shows
    ("check app --image debian:bookworm-s", "bookworm-slim "),
    ("check app --image=debian:bookworm-s", "--image=debian:bookworm-slim "),
    ("explain LC50", "LC501.*LC509"),
    ("check ./prog", "program-of-mine "),
    ("check app --format sar", "sarif "),
    ("probe catalog:busybox:1.38.0-m", "musl "),
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where `libccheck` is this one, and a program lies."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "libccheck").write_text(f'#!/bin/sh\nexec {sys.executable} -m libccheck "$@"\n')
    (tmp_path / "bin" / "libccheck").chmod(0o755)
    (tmp_path / "program-of-mine").touch()
    return tmp_path


def environment(place: Path) -> dict[str, str]:
    return {
        "PATH": f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": SOURCES,
        "HOME": str(place),
        "TERM": "dumb",
        "DOCKER_HOST": "unix:///nowhere",
        "CONTAINER_HOST": "unix:///nowhere",
    }


def needed(shell: str) -> None:
    try:
        toolchains.command(shell)
    except toolchains.MissingError as error:
        toolchains.missing(error)


class Terminal:
    """A shell at a terminal; a context manager."""

    def __init__(self, shell: str, place: Path) -> None:
        command, self._reads = _START[shell]
        self._terminal, theirs = pty.openpty()
        self._process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=place,
            env=environment(place),
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Terminal:
        self.shows(f"{self._reads}; echo re''ady\r", "ready")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)

    def shows(self, typed: str, pattern: str) -> bool:
        """Type, and wait for what is expected; raises AssertionError where it does not come."""
        os.write(self._terminal, typed.encode())
        text, end = "", time.monotonic() + _SECONDS
        while time.monotonic() < end:
            if select.select([self._terminal], [], [], 0.2)[0]:
                text += os.read(self._terminal, 1 << 16).decode(errors="replace")
            if re.search(pattern, text, re.S):
                return True
        raise AssertionError(f"{pattern} is not in {text!r}")


@pytest.mark.parametrize("shell", _START)
def test_a_shell_at_a_terminal_completes(shell: str, place: Path) -> None:
    if shell != "bash":
        dear("a terminal of zsh")
    needed(shell)
    with Terminal(shell, place) as terminal:
        for typed, shown in _TYPED:
            assert terminal.shows(f"libccheck {typed}\t\t", shown)
            assert terminal.shows("\x15echo cle''an\r", "clean")


def test_fish_completes(place: Path) -> None:
    dear("a terminal of fish")
    needed("fish")
    lines = "; ".join(f"complete -C 'libccheck {typed}'; echo ====" for typed, _ in _TYPED)
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"libccheck completion fish | source; {lines}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=place,
        env=environment(place),
        timeout=_SECONDS,
    )
    answers = done.stdout.split("====\n")
    for (typed, shown), answer in zip(_TYPED, answers, strict=False):
        assert re.search(shown.strip(), answer, re.S), typed
