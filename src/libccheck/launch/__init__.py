"""One exec, predicted: the kernel first, then whichever loader it hands over to."""

from __future__ import annotations

from libccheck.launch.handover import Ended, Handover, Stuck
from libccheck.launch.kernel import execve
from libccheck.launch.lookup import look_path
from libccheck.launch.mapping import fault, misleads_its_loader
from libccheck.launch.refusal import shown
from libccheck.model import Died, Finding, Host, Launch, Outcome, Process, Refused, Started, Step, Unclear
from libccheck.tree import Tree

__all__ = ["launch"]

_MOST_COMMANDS = 16


def launch(tree: Tree, path: str, process: Process, host: Host) -> Launch:
    """What becomes of `execve(path)` in that tree: `path` as an engine takes it, a name without a slash sought in PATH.

    `process.argv` is what the program gets, argv[0] included; relative paths start at `process.cwd`.
    """
    if "/" in path:
        return _exec(tree, path, process, host)
    found, steps = look_path(tree, path, process)
    if found is None:
        finding = Finding("LC100", path, f"{path or 'the empty name'} is in no directory of PATH", steps)
        return Launch(path, process.argv, Refused("ENOENT"), (finding,), steps)
    return _exec(tree, found, process, host, steps)


def _exec(tree: Tree, path: str, process: Process, host: Host, before: tuple[Step, ...] = ()) -> Launch:
    """The exec, and those that env makes of it. Without env there is one."""
    handed: Handover | Stuck | Ended = execve(tree, path, process, host)
    argv, stderr = process.argv, ""
    findings: tuple[Finding, ...] = ()
    for _ in range(_MOST_COMMANDS):
        if isinstance(handed, Handover):
            program, argv = handed, handed.process.argv
            handed = _load(tree, program, host)
            if isinstance(handed.outcome, Started) and _is_env(program):
                stderr += handed.outcome.stderr
                findings += handed.findings
                handed, said = _env(tree, program._replace(steps=handed.steps), host)
                stderr += said
        if not isinstance(handed, Handover):
            objects = handed.objects if isinstance(handed, Ended) else ()
            outcome = _behind(stderr, handed.outcome)
            return Launch(path, argv, outcome, findings + handed.findings, before + handed.steps, objects)
    reason = f"{shown(path)} has env run {shown(path)} again, without end"
    finding = Finding("LC105", argv[0], reason, before + handed.steps)
    return Launch(path, argv, Unclear(reason), (*findings, finding), before + handed.steps)


def _is_env(handover: Handover) -> bool:
    """Whether a `#!` line leads here through env: by the name that it is called by, since its file may be busybox."""
    return bool(handover.scripts) and handover.process.argv[0].rpartition("/")[2] == "env"


def _env(tree: Tree, handover: Handover, host: Host) -> tuple[Handover | Ended, str]:
    from libccheck.launch import env

    return env.run(tree, handover, host)


def _behind(stderr: str, outcome: Outcome) -> Outcome:
    return outcome._replace(stderr=stderr + outcome.stderr) if isinstance(outcome, (Started, Died)) else outcome


def _load(tree: Tree, handover: Handover, host: Host) -> Ended:
    """The loader's part; a static program starts as it is."""
    if handover.interpreter is None:
        return Ended(Started(), (), handover.steps, ())
    if misleads_its_loader(handover.elf):
        finding = Finding("LC107", handover.execfn, "the program's headers say wrongly where it is", handover.steps)
        return Ended(Died(None, "SIGSEGV"), (finding,), handover.steps, ())
    ended = _by_family(tree, handover, host)
    signal = fault(handover.elf, host.page_size)
    if signal is None or not isinstance(ended.outcome, Started):
        return ended
    finding = Finding("LC107", handover.execfn, "the program's entry point lies outside of its code", ended.steps)
    return ended._replace(outcome=Died(None, signal, ended.outcome.stderr), findings=(*ended.findings, finding))


def _by_family(tree: Tree, handover: Handover, host: Host) -> Ended:
    family = handover.loader.family if handover.loader else ""
    if family == "glibc":
        from libccheck.launch import glibc

        return glibc.load(tree, handover, host)
    if family == "musl":
        from libccheck.launch import musl

        return musl.load(tree, handover, host)
    if family == "uclibc":
        from libccheck.launch import uclibc

        return uclibc.load(tree, handover, host)
    if family == "gcompat":
        from libccheck.launch import gcompat

        return gcompat.load(tree, handover, host)
    reason = f"the loader {shown(handover.interpreter or '')} is none that libccheck knows"
    finding = Finding("LC901", handover.interpreter or "", reason, handover.steps)
    return Ended(Unclear(reason), (finding,), handover.steps, ())
