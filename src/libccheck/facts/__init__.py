"""What a program needs and what it is made of, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from libccheck.facts import abi
from libccheck.facts.floor import Floor, glibc_floor, musl_floor
from libccheck.facts.hints import dlopen_names
from libccheck.facts.versions import Wanted, wanted
from libccheck.interpreters import Owner, owner
from libccheck.kinds import interpreter_of, kind_of
from libccheck.launch import script
from libccheck.launch.env.values import meant
from libccheck.launch.handover import Stuck
from libccheck.launch.kernel import execve
from libccheck.libc import program_libc
from libccheck.machines import machine_name
from libccheck.model import Elf, File, Host, Process, Program, Tables
from libccheck.record import NamedTuple
from libccheck.toolchain.comment import Tool, tools
from libccheck.toolchain.go import GoBuild, build_info, release
from libccheck.toolchain.marks import Mark, marks
from libccheck.toolchain.published import Published, published_in
from libccheck.toolchain.rust import RustBuild, rust_build, rust_source
from libccheck.toolchain.zig import zig
from libccheck.tree import EMPTY

if TYPE_CHECKING:
    from libccheck.notes import Notes

NOT_PROGRAMS = ("object", "core", "text", "data", "empty", "directory")
"""Those kinds that the kernel never starts, wherever they stand."""

_PLACE = "/program"
_NEVER = ("LC107",)


class Binary(NamedTuple):
    """What an ELF file says of itself. libc: whose, as in "glibc"; None where it does not show.

    system: where that is not Linux. isa: "x86-64-v3". kernel: the oldest one it wants. names: what it may dlopen, by
    its constants. rust: the commit of Rust's standard library in it, rust_build: how it was built. marks: what it is
    besides, as "single file".
    """

    elf: Elf
    machine: str
    abi: str | None
    system: str | None
    owner: Owner | None
    libc: str | None
    floor: Floor | None
    wanted: tuple[Wanted, ...]
    isa: str | None
    kernel: str | None
    stack: abi.Stack
    relr: bool
    text_relocations: bool
    binds_now: bool
    names: tuple[str, ...]
    tools: tuple[Tool, ...]
    go: GoBuild | None
    rust: str | None
    marks: tuple[Mark, ...] = ()
    rust_build: RustBuild | None = None


class Facts(NamedTuple):
    """kind: one of `libccheck.kinds.KINDS`. refusal: why no kernel starts it, as "is empty"; None where one would.

    interpreter: PT_INTERP, or what the `#!` line names, with its argument. command: what that makes env run. notes:
    None where nobody read them. published: the package of npm or PyPI that it is part of.
    """

    program: Program
    kind: str
    refusal: str | None
    interpreter: str | None
    argument: str | None
    command: str | None
    binary: Binary | None
    notes: Notes | None
    published: Published | None = None


def facts_of(program: Program, notes: Notes | None = None, published: Published | None = None) -> Facts:
    """Everything that can be told of a program without an image.

    notes: what `libccheck.notes.read` has of it. published: of which package it is part, where its path does not tell.
    """
    elf = program.content.elf
    line = script.read(program.content.head) if script.is_script(program.content.head) else None
    return Facts(
        program,
        kind_of(program),
        _refusal(program),
        interpreter_of(program),
        line.argument if line else None,
        _command(line) if line else None,
        _binary(program, elf, notes) if elf is not None else None,
        notes,
        published or published_in(program.path),
    )


def without_data(facts: Facts) -> Facts:
    """The same without the program's bytes and without the tables that hold on to them."""
    binary, program = facts.binary, facts.program
    elf = binary.elf._replace(tables=Tables(lambda: None, lambda: None)) if binary else None
    content = program.content._replace(elf=elf)
    return facts._replace(
        program=program._replace(content=content, data=b""),
        binary=binary._replace(elf=elf) if binary and elf else None,
    )


def _command(line: script.Line) -> str | None:
    """env gets all that stands behind its name as one word; only -S makes it split that."""
    if line.interpreter.rpartition("/")[2] != "env" or not line.argument:
        return None
    return meant((line.argument,)) if line.argument[0] == "-" else line.argument


def _binary(program: Program, elf: Elf, notes: Notes | None) -> Binary:
    machine = machine_name(elf)
    interpreter = interpreter_of(program)
    libc = program_libc(elf)
    wants = wanted(elf)
    go = build_info(elf, program.data)
    return Binary(
        elf,
        machine,
        abi.abi(elf),
        abi.other_system(elf),
        owner(interpreter, machine) if interpreter else None,
        libc,
        _floor(elf, libc, wants),
        wants,
        abi.isa_level(elf),
        abi.lowest_kernel(elf),
        abi.stack(elf),
        abi.has_relr(elf),
        abi.has_text_relocations(elf),
        abi.binds_now(elf),
        dlopen_names(elf, program.data),
        _tools(elf, program, notes, go),
        go,
        None if go else rust_source(elf, program.data),
        (*(() if go else _go_alone(elf, program, notes)), *marks(elf, program.data, program.path)),
        None if go else rust_build(elf, program.data, libc),
    )


def _tools(elf: Elf, program: Program, notes: Notes | None, go: GoBuild | None) -> tuple[Tool, ...]:
    """Those that signed, and Zig where that shows otherwise."""
    if notes is None:
        return ()
    signed = tools(notes.comment)
    return signed if go else (*signed, *zig(elf, program.data, signed))


def _go_alone(elf: Elf, program: Program, notes: Notes | None) -> tuple[Mark, ...]:
    """A Go program whose build information is not there, which before Go 1.13 was so of all; C's compilers sign."""
    found = None if notes is None or notes.comment else release(elf, program.data)
    return () if found is None else (Mark("go", found.removeprefix("go"), "without build information"),)


def _floor(elf: Elf, libc: str | None, wants: tuple[Wanted, ...]) -> Floor | None:
    if libc == "musl":
        return musl_floor(elf)
    if libc == "glibc" or any(each.version.startswith("GLIBC_") for each in wants):
        return glibc_floor(wants)
    return None


def _refusal(program: Program) -> str | None:
    """Asked of the kernel's own steps, in an image with nothing but the program, on a machine made for it."""
    if program.directory:
        return "is a directory"
    elf = program.content.elf
    node = File(0o755, 0, 0, program.size, None, lambda: program.content)
    machine = machine_name(elf) if elf is not None else "x86_64"
    stuck = execve(EMPTY.overlay({_PLACE: node}), _PLACE, Process((_PLACE,)), Host(machine))
    finding = stuck.findings[0] if isinstance(stuck, Stuck) else None
    if finding is None or finding.code not in _NEVER or finding.subject != _PLACE:
        return None
    return finding.message.removeprefix(f"{_PLACE} ")
