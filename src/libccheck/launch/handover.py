"""What the steps of one launch hand to each other."""

from __future__ import annotations

from libccheck.model import Elf, Emulator, File, Finding, Loaded, Loader, Outcome, Process, Step
from libccheck.record import NamedTuple


class Handover(NamedTuple):
    """The kernel has mapped the program and, where it has one, the interpreter; who goes on is the loader.

    path: the real path of the ELF file; execfn: AT_EXECFN, the path that was exec'ed last, as given; interpreter: the
    PT_INTERP string; process.argv: as the new program sees it, scripts unrolled. The `loader_` fields and `interpreter`
    are None for a static program; `loader` alone is None where nobody knows the interpreter. scripts: real paths of the
    `#!` files that led here, outermost first. emulator: who runs it, None where the processor does.
    """

    path: str
    elf: Elf
    interpreter: str | None
    loader_path: str | None
    loader_file: File | None
    loader_elf: Elf | None
    loader: Loader | None
    process: Process
    execfn: str
    steps: tuple[Step, ...]
    scripts: tuple[str, ...] = ()
    emulator: Emulator | None = None


class Library(NamedTuple):
    """What a program loads once it runs: the path that it gives to dlopen(3), RTLD_LAZY or else RTLD_NOW."""

    path: str
    lazy: bool

    @property
    def call(self) -> str:
        return f"dlopen with {'RTLD_LAZY' if self.lazy else 'RTLD_NOW'}"


class Stuck(NamedTuple):
    """The kernel went no further."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...]


class Ended(NamedTuple):
    """What a loader made of it: started, died or unclear."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...]
    objects: tuple[Loaded, ...]
