"""A container's end, held against the prediction: every word and the exit status, by the releases that are here."""

from __future__ import annotations

from typing import NamedTuple

from libccheck.model import Died, Host, Launch, Process, Refused, Started
from libccheck.wording import exit_status, older, seen
from tests.engine.programs import PATH
from tests.reality.reality import ANNOUNCEMENT

HOST = Host("x86_64")


class Ran(NamedTuple):
    status: int
    stdout: str
    stderr: str


Version = tuple[int, ...]


class Runtime(NamedTuple):
    """What executes for an engine, and of which version; `go` is that of the Go that built runc."""

    engine: str  # a key of `seen`
    name: str
    version: Version
    go: Version = ()

    def __str__(self) -> str:
        return f"{self.name} {'.'.join(map(str, self.version))}"


def process(path: str) -> Process:
    """What a container inherits whose entrypoint is `path`."""
    return Process((path,), (("PATH", PATH),))


def disagreement(launch: Launch, inherited: Process, ran: Ran, runtime: Runtime) -> str:
    """In what the two differ; "" where they agree."""
    outcome = launch.outcome
    if isinstance(outcome, Started):
        expected = Ran(0, f"{ANNOUNCEMENT}\n", outcome.stderr)
    elif isinstance(outcome, Died):
        expected = Ran(exit_status(launch)[runtime.engine] or 0, "", outcome.stderr)
    else:
        assert isinstance(outcome, Refused)
        words, status = _refusal(launch, inherited, runtime)
        if words and words in ran.stderr and (ran.status, ran.stdout) == (status, ""):
            return ""
        return f"{ran} is not the end with status {status} and the words {words!r}"
    return "" if ran == expected else f"{ran} is not {expected}"


def _refusal(launch: Launch, inherited: Process, runtime: Runtime) -> tuple[str | None, int | None]:
    words = seen(launch, inherited)[runtime.engine]
    status = exit_status(launch)[runtime.engine]
    before = older(launch, inherited)
    if runtime.name == "runc":
        if runtime.go < (1, 20):
            words = before.get("runc built with Go up to 1.19", words)
        if runtime.version < (1, 2) and status == 255:
            status = 1
    if runtime.name == "crun" and runtime.version < (1, 21):
        words = before.get("crun up to 1.20", words)
    return words, status
