"""What uClibc's loader could not do, as findings."""

from __future__ import annotations

from collections.abc import Sequence

from libccheck.launch.handover import Handover
from libccheck.launch.uclibc.objects import Object
from libccheck.model import Finding, Step


def library(name: str, wanted: str, refused: str, steps: Sequence[Step]) -> Finding:
    """A library that was not found, or (`refused` says how) of which only useless files were; `wanted`: what for."""
    if refused:
        return Finding("LC202", name, f"{name}: {refused.strip()}, {wanted}", tuple(steps))
    return Finding("LC201", name, f"{name}: found nowhere, {wanted}", tuple(steps))


def crash(handover: Handover, signal: str, about: str) -> Finding:
    """The loader dies of a signal while it reads or writes what a file says."""
    step = Step("open", about, signal, "what the loader was busy with")
    return Finding("LC207", handover.interpreter or "", f"the loader dies of {signal}", (step,))


def packed(handover: Handover, name: str) -> Finding:
    """An object whose relative relocations are in a form that this loader does not read."""
    interpreter = handover.interpreter or ""
    message = f"the loader does not read the packed relative relocations of {name}, which crashes on them"
    return Finding("LC207", interpreter, message, (Step("read", name, "DT_RELR", f"not known to {interpreter}"),))


def refusal(handover: Handover, text: str) -> Finding:
    """A program that the loader does not take, with what it says of it."""
    return Finding("LC209", handover.execfn, f"uClibc's loader says: {text.strip()}", handover.steps)


def own_header(handover: Handover) -> Finding:
    """The loader does not take itself for one."""
    interpreter = handover.interpreter or ""
    return Finding("LC103", interpreter, f"{interpreter} says of itself that its ELF header is invalid", handover.steps)


def lazily_missing(name: str, item: Object) -> Finding:
    return Finding("LC301", name, f"{item.name} dies when it first calls {name}, which nobody has", ())


def missing_at_call(name: str, item: Object) -> Finding:
    """A function that the program surely calls: its first instructions do, or all is about what it does with it."""
    step = Step("look up", name, "not found", f"called by {item.name}")
    return Finding("LC204", name, f"symbol {name} not found, which {item.name} calls", (step,))
