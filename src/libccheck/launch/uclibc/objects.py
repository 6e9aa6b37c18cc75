"""The objects of a process that uClibc's loader builds, and the three ways in which it gets no further."""

from __future__ import annotations

from libccheck.model import Elf, File, Finding, Outcome


class StoppedError(Exception):
    """The loader ends the process itself. What it has written before is not yet in `outcome`."""

    def __init__(self, outcome: Outcome, *findings: Finding) -> None:
        super().__init__(outcome)
        self.outcome, self.findings = outcome, findings


class FaultError(Exception):
    """The process dies of this signal, while the loader is busy with what `about` names."""

    def __init__(self, signal: str, about: str) -> None:
        super().__init__(signal, about)
        self.signal, self.about = signal, about


class LeftOutError(Exception):
    """A fact that the verdict hangs on is not there; the text says which."""

    def __init__(self, reason: str, code: str = "LC902") -> None:
        super().__init__(reason)
        self.reason, self.code = reason, code


PROGRAM, LIBRARY, LOADER = "program", "library", "loader"


class Object:
    """One `struct elf_resolve`. `name` is `libname`: what $ORIGIN is the directory of.

    wanted: the name in DT_NEEDED or LD_PRELOAD; how: on whose word it was found; node and real: None of the program.
    """

    __slots__ = ("elf", "how", "kind", "name", "needed_by", "node", "real", "wanted")

    def __init__(self, kind: str, elf: Elf, name: str, *, wanted: str = "", needed_by: Object | None = None) -> None:
        self.kind, self.elf, self.name = kind, elf, name
        self.wanted, self.needed_by = wanted, needed_by
        self.how = ""
        self.node: File | None = None
        self.real: str | None = None
