"""What a program needs, taken together: ELF files, scripts, and what is no program."""

from __future__ import annotations

import pytest

from libccheck.facts import facts_of, without_data
from libccheck.facts.hints import dlopen_names
from libccheck.interpreters import Owner
from libccheck.notes import Notes
from tests.forge import GLIBC, MUSL, Wanted, elf
from tests.values import directory, program


def test_a_dynamic_program_names_its_loader_and_its_libc() -> None:
    data = elf(interpreter=GLIBC, needed=("libc.so.6",), wants=[Wanted("main", "GLIBC_2.34")])
    facts = facts_of(program(data))
    assert (facts.kind, facts.refusal, facts.interpreter, facts.notes) == ("dynamic", None, GLIBC, None)
    assert facts.binary is not None
    assert facts.binary.owner == Owner("glibc", None, True)
    assert facts.binary.floor is not None
    assert (facts.binary.libc, facts.binary.floor.version, facts.binary.floor.symbols) == ("glibc", "2.34", ("main",))


def test_a_library_without_interpreter_has_a_floor_too() -> None:
    data = elf(soname="liba.so", needed=("libc.so.6",), wants=[Wanted("f", "GLIBC_2.17")])
    facts = facts_of(program(data))
    assert facts.kind == "library"
    assert facts.binary is not None
    assert facts.binary.floor is not None
    assert facts.binary.floor.version == "2.17"


def test_a_static_program_needs_nothing() -> None:
    facts = facts_of(program(elf(kind=2)))
    assert facts.binary is not None
    assert (facts.kind, facts.refusal, facts.binary.floor, facts.binary.owner) == ("static", None, None, None)


def test_a_missing_loader_is_no_reason_why_no_kernel_starts_it() -> None:
    assert facts_of(program(elf(interpreter="/nowhere/ld.so", needed=("libc.so.6",)))).refusal is None


@pytest.mark.parametrize(
    ("data", "kind", "refusal"),
    [
        (b"", "empty", "is empty"),
        (b"hello\n", "text", "is text without a #! line"),
        (b"MZ\0\0", "data", "is a Windows program"),
        (b"\xcf\xfa\xed\xfe\0\0", "data", "is a macOS program"),
        (b"\xef\xbb\xbf#!/bin/sh\n", "text", "begins with a byte order mark"),
        (b"version https://git-lfs.github.com/spec/v1\n", "text", "is a git-lfs pointer"),
        (b"\x7fELF\x02\x01\x01", "library", "is cut off: 7 bytes are no ELF header"),
        (b"#!\n", "script", "has a #! line that the kernel cannot read"),
    ],
)
def test_what_is_no_program_says_why(data: bytes, kind: str, refusal: str) -> None:
    facts = facts_of(program(data))
    assert facts.refusal == refusal
    if data[:4] != b"\x7fELF":
        assert facts.kind == kind


def test_an_object_file_is_no_program() -> None:
    facts = facts_of(program(elf(kind=1)))
    assert (facts.kind, facts.refusal) == ("object", "is an object file that was never linked")


def test_a_directory_is_no_program() -> None:
    assert facts_of(directory("./bin")).refusal == "is a directory"


@pytest.mark.parametrize(
    ("line", "interpreter", "argument", "command"),
    [
        (b"#!/bin/sh -e\n", "/bin/sh", "-e", None),
        (b"#! /usr/bin/env python3\n", "/usr/bin/env", "python3", "python3"),
        (b"#!/usr/bin/env -S node --flag\n", "/usr/bin/env", "-S node --flag", "node"),
        (b"#!/usr/bin/env -S A=1 node\n", "/usr/bin/env", "-S A=1 node", "node"),
        (b"#!/bin/bash\r\n", "/bin/bash\r", None, None),
        (b"#!/usr/bin/env\n", "/usr/bin/env", None, None),
        (b"#!/usr/bin/env node --flag\n", "/usr/bin/env", "node --flag", "node --flag"),
        (b"#!/usr/bin/env python3\r\n", "/usr/bin/env", "python3\r", "python3\r"),
    ],
)
def test_a_script_names_what_runs_it(line: bytes, interpreter: str, argument: str | None, command: str | None) -> None:
    facts = facts_of(program(line))
    assert (facts.kind, facts.refusal) == ("script", None)
    assert (facts.interpreter, facts.argument, facts.command) == (interpreter, argument, command)


def with_strings(*strings: bytes, imports: str = "dlopen") -> bytes:
    wants = [Wanted(imports)]
    needed = ("libc.so.6", "libneeded.so.1")
    return elf(
        interpreter=GLIBC,
        needed=needed,
        wants=wants,
        soname="libself.so.2",
        runpath="\0".join(map(bytes.decode, strings)),
    )


def names_in(data: bytes) -> tuple[str, ...]:
    found = facts_of(program(data)).binary
    assert found is not None
    return found.names


def test_names_of_libraries_are_hints_where_dlopen_is_imported() -> None:
    strings = (b"libssl.so.3", b"/opt/x/libplugin.so", b"liba.so.1.2", b"not a libc.so.6", b"%s/libz.so.1", b"libx.sox")
    assert names_in(with_strings(b"", *strings)) == ("/opt/x/libplugin.so", "liba.so.1.2", "libssl.so.3")


def test_without_dlopen_they_are_no_hints() -> None:
    assert names_in(with_strings(b"", b"libssl.so.3", imports="open")) == ()


def test_what_it_needs_anyway_is_no_hint() -> None:
    assert names_in(with_strings(b"", b"libneeded.so.1", b"libself.so.2")) == ()


def test_hints_are_bounded() -> None:
    strings = [b"lib%d.so" % number for number in range(500)]
    assert len(names_in(with_strings(b"", *strings))) == 64


def test_a_segment_beyond_the_file_has_no_hints() -> None:
    data = with_strings(b"", b"libssl.so.3")
    found = facts_of(program(data)).binary
    assert found is not None
    assert dlopen_names(found.elf, data[:200]) == ()


def test_the_tools_come_from_the_notes() -> None:
    notes = Notes(("GCC: (Debian 12.2.0-14) 12.2.0",))
    facts = facts_of(program(elf(interpreter=MUSL)), notes)
    assert facts.binary is not None
    assert [tool.name for tool in facts.binary.tools] == ["gcc"]
    assert facts.notes is notes


def test_without_its_data_the_facts_stay() -> None:
    facts = facts_of(program(elf(interpreter=GLIBC, needed=("libc.so.6",), wants=[Wanted("a", "GLIBC_2.5")])))
    light = without_data(facts)
    assert light.binary is not None
    assert facts.binary is not None
    assert (light.kind, light.binary.floor, light.binary.wanted) == (
        facts.kind,
        facts.binary.floor,
        facts.binary.wanted,
    )
    assert (light.program.data, light.binary.elf.tables.symbols) == (b"", None)
    assert without_data(facts_of(program(b"#!/bin/sh\n"))).kind == "script"
