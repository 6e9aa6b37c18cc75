"""Facts held against readelf on this machine's files, and against `go version -m` on the Go toolchain itself."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from libccheck.facts import Facts, facts_of
from libccheck.notes import read
from libccheck.programs import read_program
from tests.toolchains import MissingError, command, missing

PLACES = ("/usr/bin", "/usr/sbin", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")
SAMPLE = 150


def files() -> list[str]:
    found = []
    for place in PLACES:
        for path in sorted(Path(place).glob("*")) if Path(place).is_dir() else ():
            if (
                path.is_file()
                and not path.is_symlink()
                and os.access(path, os.R_OK)
                and path.suffix not in (".o", ".a")
            ):
                with path.open("rb") as file:
                    if file.read(4) == b"\x7fELF":
                        found.append(str(path))
    return found[:: max(1, len(found) // SAMPLE)]


FILES = files()


def shown(path: str) -> str:
    try:
        tool = command("readelf")
    except MissingError as error:
        missing(error)
    run = subprocess.run([*tool, "-W", "-d", "-l", "-n", "-V", "--dyn-syms", path], capture_output=True, check=False)
    return run.stdout.decode(errors="surrogateescape")


def facts(path: str) -> Facts:
    program = read_program(path)
    return facts_of(program, read(program.data))


@pytest.mark.skipif(not FILES, reason="no ELF files at the usual places")
@pytest.mark.parametrize("path", FILES, ids=os.path.basename)
def test_facts_are_what_readelf_shows(path: str) -> None:
    text = shown(path)
    found = facts(path)
    binary, notes = found.binary, found.notes
    assert binary is not None
    assert notes is not None
    ours = {
        "interpreter": found.interpreter,
        "relr": binary.relr,
        "text relocations": binary.text_relocations,
        "binds now": binary.binds_now,
        "stack": binary.stack if binary.stack.marked else None,
        "build ID": notes.build_id,
        "kernel": binary.kernel,
        "isa": binary.isa,
        "versions": [(each.library, each.version, each.weak) for each in binary.wanted],
        "symbols": {(each.version, symbol) for each in binary.wanted for symbol in each.symbols},
    }
    assert ours == dict(theirs(text))


def theirs(text: str) -> Iterator[tuple[str, Any]]:
    def first(pattern: str) -> str | None:
        return next(iter(re.findall(pattern, text)), None)

    yield "interpreter", first(r"Requesting program interpreter: (.*?)\]")
    yield "relr", bool(first(r"\(RELR\)"))
    yield "text relocations", bool(first(r"\(TEXTREL\)|\(FLAGS\).*TEXTREL"))
    yield "binds now", bool(first(r"\(BIND_NOW\)|\(FLAGS\).*BIND_NOW|\(FLAGS_1\).*NOW"))
    stack = re.search(r"GNU_STACK\s+\S+ \S+ \S+ \S+ (0x\S+) (...)", text)
    yield "stack", (True, "E" in stack[2], int(stack[1], 16)) if stack else None
    yield "build ID", first(r"Build ID: ([0-9a-f]+)")
    yield "kernel", first(r"OS: Linux, ABI: ([\d.]+)")
    isa = first(r"x86 ISA needed: (.*)")
    yield "isa", isa.split(", ")[-1].strip() if isa else None
    yield "versions", list(versions(text))
    symbols = re.findall(r" (\S+)@(\S+) \(\d+\)$", text, re.MULTILINE)
    yield "symbols", {(version, name) for name, version in symbols}


def versions(text: str) -> Iterator[tuple[str, str, bool]]:
    library = ""
    for line in text.partition("Version needs section")[2].splitlines():
        if file := re.search(r"File: (\S+)", line):
            library = file[1]
        elif need := re.search(r"Name: (\S+)\s+Flags: (.*?)\s+Version: ", line):
            yield library, need[1], "WEAK" in need[2]


def test_go_build_information_is_what_go_shows() -> None:
    try:
        (go,) = command("go")
    except MissingError as error:
        missing(error)
    root = subprocess.run([go, "env", "GOROOT"], capture_output=True, check=True, text=True).stdout.strip()
    programs = [
        path for path in sorted(Path(root).glob("bin/*")) + sorted(Path(root).glob("pkg/tool/*/*")) if path.is_file()
    ]
    assert programs
    for path in programs:
        text = subprocess.run([go, "version", "-m", path], capture_output=True, check=True, text=True).stdout
        binary = facts(str(path)).binary
        assert binary is not None
        build = binary.go
        assert build is not None
        assert build.version == text.partition(": ")[2].partition("\n")[0]
        assert [f"{key}={value}" for key, value in build.settings] == re.findall(r"^\tbuild\t(.*)$", text, re.MULTILINE)
        assert [build.path] == re.findall(r"^\tpath\t(.*)$", text, re.MULTILINE)
        assert len(build.modules) == len(re.findall(r"^\tdep\t", text, re.MULTILINE))
