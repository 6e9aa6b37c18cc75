"""One execve(2) under way: what it has been given, what it has opened, and how it is given up."""

from __future__ import annotations

from libccheck.launch import script
from libccheck.launch.handover import Stuck
from libccheck.launch.refusal import COMMAND, PROGRAM, unfit
from libccheck.model import Content, File, Finding, Host, Outcome, Process, Refused, Step
from libccheck.record import NamedTuple
from libccheck.tree import Tree


class Call(NamedTuple):
    """What stays the same while one execve(2) goes its way; `steps` grows."""

    tree: Tree
    process: Process
    host: Host
    steps: list[Step]


class Opened(NamedTuple):
    """A file that open_exec() took: as it was asked for, by whom and in which role, and where it really is."""

    named: str
    role: str
    asked_by: str
    path: str
    file: File
    content: Content


def give_up(call: Call, opened: Opened, outcome: Outcome, code: str, why: str) -> Stuck:
    """A file that was opened and read in vain. The step says what shells look at when they are told ENOEXEC."""
    word = outcome.errno if isinstance(outcome, Refused) else "found"
    if word == "ENOEXEC" and opened.role in (PROGRAM, COMMAND):
        word = _looks_like(opened)
    call.steps.append(Step("read", opened.path, word, why))
    finding = unfit(opened.role, code, opened.named, opened.asked_by, why, tuple(call.steps))
    return Stuck(outcome, (finding,), tuple(call.steps))


def _looks_like(opened: Opened) -> str:
    """ "binary" has a NUL in its first line (a `#!` line not counted), as bash and dash have it; they run "text"."""
    if opened.content.elf is not None:
        return "ELF"
    head = opened.content.head[:128]
    lines = head.split(b"\n", 2)[: 2 if script.is_script(head) else 1]
    return "binary" if any(b"\0" in line for line in lines) else "text" if head else "empty"


def stuck(call: Call, outcome: Outcome, code: str, subject: str, message: str) -> Stuck:
    steps = tuple(call.steps)
    return Stuck(outcome, (Finding(code, subject, message, steps),), steps)
