"""One exec, predicted: the kernel first, then whichever loader it hands over to."""

from __future__ import annotations

from libccheck.launch.handover import Ended, Handover, Library, Stuck
from libccheck.launch.kernel import execve
from libccheck.launch.lookup import look_path
from libccheck.launch.mapping import fault, misleads_its_loader
from libccheck.launch.refusal import shown
from libccheck.model import Died, Finding, Host, Launch, Outcome, Process, Refused, Rejected, Started, Step, Unclear
from libccheck.tree import Tree

__all__ = ["Library", "launch"]

_MOST_COMMANDS = 16
_GLOBAL = 1  # STB_GLOBAL


def launch(tree: Tree, path: str, process: Process, host: Host, library: Library | None = None) -> Launch:
    """What becomes of `execve(path)` in that tree: `path` as an engine takes it, a name without a slash sought in PATH.

    `process.argv` is what the program gets, argv[0] included; relative paths start at `process.cwd`. With `library` the
    program goes on to dlopen(3) that, and the outcome is that of both: `Started` where it is loaded.
    """
    if "/" in path:
        return _exec(tree, path, process, host, library)
    found, steps = look_path(tree, path, process)
    if found is None:
        finding = Finding("LC100", path, f"{path or 'the empty name'} is in no directory of PATH", steps)
        return Launch(path, process.argv, Refused("ENOENT"), (finding,), steps)
    return _exec(tree, found, process, host, library, steps)


def _exec(
    tree: Tree, path: str, process: Process, host: Host, library: Library | None, before: tuple[Step, ...] = ()
) -> Launch:
    """The exec, and those that env makes of it. Without env there is one."""
    handed: Handover | Stuck | Ended = execve(tree, path, process, host)
    argv, stderr, main = process.argv, "", ""
    findings: tuple[Finding, ...] = ()
    for _ in range(_MOST_COMMANDS):
        if isinstance(handed, Handover):
            program, argv, main = handed, handed.process.argv, handed.path
            handed = _load(tree, program, host, None if _is_env(program) else library)
            if isinstance(handed.outcome, Started) and _is_env(program):
                stderr += handed.outcome.stderr
                findings += handed.findings
                handed, said = _env(tree, program._replace(steps=handed.steps), host)
                stderr += said
        if not isinstance(handed, Handover):
            objects = handed.objects if isinstance(handed, Ended) else ()
            outcome = _behind(stderr, handed.outcome)
            return Launch(path, argv, outcome, findings + handed.findings, before + handed.steps, objects, main)
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
    if not isinstance(outcome, (Started, Died, Rejected)):
        return outcome
    return outcome._replace(stderr=stderr + outcome.stderr)


def _load(tree: Tree, handover: Handover, host: Host, library: Library | None) -> Ended:
    """What comes behind the kernel, and what an emulator says to its end."""
    ended = _loaded(tree, handover, host, library)
    if handover.emulator is None:
        return ended
    from libccheck.launch import emulated

    return ended._replace(outcome=emulated.dies(ended.outcome))


def _loaded(tree: Tree, handover: Handover, host: Host, library: Library | None) -> Ended:
    """The loader's part; a static program starts as it is."""
    if handover.interpreter is None:
        return _static(handover, library)
    loader = handover.loader
    if loader is not None and loader.family == "glibc" and "libc" in loader.markers:
        why = f"the interpreter of {shown(handover.execfn)} is a C library, which cannot load anything"
        finding = Finding("LC103", handover.interpreter or "", why, handover.steps)
        return Ended(Died(None, "SIGSEGV"), (finding,), handover.steps, ())
    if misleads_its_loader(handover.elf):
        finding = Finding("LC107", handover.execfn, "the program's headers say wrongly where it is", handover.steps)
        return Ended(Died(None, "SIGSEGV"), (finding,), handover.steps, ())
    ended = _by_family(tree, handover, host, library)
    signal = fault(handover.elf, host.page_size)
    if signal is None or not isinstance(ended.outcome, Started):
        return ended
    finding = Finding("LC107", handover.execfn, "the program's entry point lies outside of its code", ended.steps)
    return ended._replace(outcome=Died(None, signal, ended.outcome.stderr), findings=(*ended.findings, finding))


def _static(handover: Handover, library: Library | None) -> Ended:
    if library is None:
        return Ended(Started(), _unbound(handover), handover.steps, ())
    reason = f"{shown(handover.execfn)} is static: whether it can load a library at all is not known"
    finding = Finding("LC902", handover.execfn, reason, handover.steps)
    return Ended(Unclear(reason), (finding,), handover.steps, ())


def _unbound(handover: Handover) -> tuple[Finding, ...]:
    """A program with its C library inside that needs others too: without a loader it never gets what they have."""
    elf, symbols = handover.elf, handover.elf.tables.symbols
    wanted = range(len(symbols.names) if symbols and elf.needed else 0)
    missing = next(
        (at for at in wanted if symbols and not symbols.sections[at] and symbols.infos[at] >> 4 == _GLOBAL), 0
    )
    if not symbols or not missing:
        return ()
    name = symbols.names[missing]
    why = f"{shown(handover.execfn)} dies when it first calls {name}: it needs {elf.needed[0]}, but names no loader"
    return (Finding("LC301", name, why, handover.steps),)


def _by_family(tree: Tree, handover: Handover, host: Host, library: Library | None) -> Ended:
    family = handover.loader.family if handover.loader else ""
    if family == "glibc":
        from libccheck.launch import glibc

        return glibc.load(tree, handover, host, library)
    if family == "musl":
        from libccheck.launch import musl

        return musl.load(tree, handover, host, library)
    if family == "uclibc":
        from libccheck.launch import uclibc

        return uclibc.load(tree, handover, host, library)
    if family == "gcompat":
        from libccheck.launch import gcompat

        return gcompat.load(tree, handover, host, library)
    reason = f"the loader {shown(handover.interpreter or '')} is none that libccheck knows"
    finding = Finding("LC901", handover.interpreter or "", reason, handover.steps)
    return Ended(Unclear(reason), (finding,), handover.steps, ())
