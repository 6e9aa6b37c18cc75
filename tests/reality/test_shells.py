"""What shells really say of programs that do not start, and `$?`: the words and the status that `seen` gives for each.

The shells are those of the roots, run there: dash as sh and bash in Debian, ash in busybox.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from libccheck.images import open_image
from libccheck.launch import launch
from libccheck.model import Died, Host, Launch, Process, Refused, Started
from libccheck.wording import exit_status, older, seen
from tests import toolchains
from tests.engine.programs import PATH, PATHS, lay_out
from tests.reality.reality import Reality
from tests.reality.roots import Roots

_HOST = Host("x86_64")
_MORE = {
    # below /app: further scripts, for shells have words of their own for what stands in a #! line
    "no-interpreter": b"#!/no/such/interpreter\necho started\n",
    "directory-for-interpreter": b"#!/etc\necho started\n",
    "unreachable-interpreter": b"#!/app/not-executable\necho started\n",
    "text-for-interpreter": b"#!/app/no-line\necho started\n",
}
_ALL = (*PATHS, *(f"/app/{name}" for name in _MORE))


class Shell(NamedTuple):
    """A shell of a root: how it is called, its key in `seen`, and the release whose wording it has, if not today's."""

    root: str
    path: str
    argv: tuple[str, ...]
    key: str
    release: str = ""


_BASH = ("bash", "--norc", "--noprofile", "-i")
"""At a prompt; in a script it would say "line 1:" as well."""
_SYNTAX = re.compile(r"(?<=: line )\d+(?=: syntax error: )|(?<=: syntax error: ).*")
"""What ash stumbles over first in a file that is no text depends on its bytes."""
_WORD = re.compile(r".*: line \d+: \x7fELF.*: not found")
"""Where the bytes of the ELF header happen to hold a `&` or `;`, ash looks for the word before it as a command."""
SHELLS = {
    "dash": Shell("debian-bookworm", "/bin/dash", ("sh",), "sh"),
    "bash 5.2": Shell("debian-bookworm", "/bin/bash", _BASH, "bash"),
    "bash 5.1": Shell("debian-bullseye", "/bin/bash", _BASH, "bash", "bash up to 5.1"),
    "ash": Shell("static-busybox", "/bin/sh", ("sh",), "ash"),
}


class Prompt:
    """A shell in its root with all programs laid over it."""

    def __init__(self, shell: Shell, roots: Roots, layer: Path, reality: Reality) -> None:
        self.shell, self._reality = shell, reality
        self._layers = (layer, roots.path(shell.root))
        lower, upper = (open_image(f"dir:{each}", platform="linux/amd64").tree for each in reversed(self._layers))
        self._tree = lower.overlay(dict(upper.nodes))

    def predicted(self, path: str) -> tuple[Launch, Process]:
        process = Process((path,), (("PATH", PATH),), user=self._reality.user)
        return launch(self._tree, path, process, _HOST), process

    def typed(self, command: str) -> Started | Died:
        argv = (*self.shell.argv, "-c", f"{command}; exit $?")
        outcome = self._reality.execute(
            self._layers, self.shell.path, Process(argv, (("PATH", PATH),), user=self._reality.user)
        )
        assert isinstance(outcome, (Started, Died))
        return outcome


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp("layer")
    try:
        lay_out(directory)
    except toolchains.MissingError as error:
        toolchains.missing(error)
    for name, data in _MORE.items():
        (directory / "app" / name).write_bytes(data)
        (directory / "app" / name).chmod(0o755)
    (directory / "proc").mkdir()
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="module", params=SHELLS)
def prompt(request: pytest.FixtureRequest, roots: Roots, layer: Path, reality: Reality) -> Prompt:
    try:
        return Prompt(SHELLS[request.param], roots, layer, reality)
    except toolchains.MissingError as error:
        toolchains.missing(error)


@pytest.mark.parametrize("path", _ALL)
def test_a_shell_says_what_was_predicted(prompt: Prompt, path: str) -> None:
    predicted, process = prompt.predicted(path)
    shell = prompt.shell
    words = older(predicted, process).get(shell.release) or seen(predicted, process)[shell.key]
    if shell.key == "bash" and path.endswith("fifo"):
        assert words is None  # it waits until somebody writes to it
        return
    outcome = prompt.typed(path)
    if words is None:
        assert isinstance(predicted.outcome, Started) or predicted.outcome == Refused("ENOEXEC")
        # a shell runs the text itself, and of an empty file nothing
        assert isinstance(outcome, Started) or (path, _said(outcome), outcome.status) == ("/app/nothing", "", 0)
        return
    assert isinstance(outcome, Died)
    if shell.key != "bash" or outcome.status is None or outcome.status < 128:  # it tells of signals to its terminal
        assert _said(outcome) == _SYNTAX.sub("", words)
    if not shell.release:  # older ones have their own
        assert outcome.status == exit_status(predicted)[shell.key]


def _said(outcome: Died) -> str:
    """Without what bash says of a terminal that it does not have, what it echoes at the end, and _WORD."""
    about = ("bash: cannot set terminal process group", "bash: no job control", "bash: [", "exit")
    lines = outcome.stderr.rstrip("\n").split("\n")
    return _SYNTAX.sub("", "\n".join(line for line in lines if not line.startswith(about) and not _WORD.match(line)))
