"""What kind of program a file is, in a word."""

from __future__ import annotations

from libccheck.launch.kernel import is_library
from libccheck.launch.script import is_script, read
from libccheck.libc import interpreter_text
from libccheck.model import Elf, Program

KINDS = (
    "static",
    "static-pie",
    "dynamic",
    "library",
    "object",
    "core",
    "script",
    "text",
    "data",
    "empty",
    "directory",
)

_ET_REL, _ET_EXEC, _ET_CORE = 1, 2, 4


def kind_of(program: Program) -> str:
    """One of `KINDS`."""
    if program.directory:
        return "directory"
    if program.content.elf is not None:
        return _elf_kind(program.content.elf)
    if not program.size:
        return "empty"
    if is_script(program.content.head):
        return "script"
    return "data" if b"\0" in program.content.head else "text"


def interpreter_of(program: Program) -> str | None:
    """The PT_INTERP of an ELF file, or what a `#!` line names; verbatim."""
    if program.content.elf is not None:
        return interpreter_text(program.content.elf)
    line = read(program.content.head) if is_script(program.content.head) else None
    return line.interpreter if line else None


def _elf_kind(elf: Elf) -> str:
    if elf.kind in (_ET_REL, _ET_CORE):
        return "object" if elf.kind == _ET_REL else "core"
    if elf.interpreter is not None:
        return "dynamic"
    if elf.kind == _ET_EXEC:
        return "static"
    return "library" if is_library(elf) else "static-pie"
