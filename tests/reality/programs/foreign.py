"""Programs for other machines than x86-64: the stories of the linked ones, and what an emulator stands in for."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from tests.reality.corpus import HERE, Entry, Folder, Placed, Program, Symlink, one_file
from tests.reality.programs import linked, opened
from tests.reality.programs.dialects import CALLS, NEW_CALLS
from tests.reality.programs.sources import ARCHITECTURES, FOO, HELLO, USES_FOO, Architecture, library, program
from tests.reality.workshop import Built, Changed

_GLIBCS = ("2.31", "2.38")
_LOADER = f"{HERE}/loader"
_LARGE = {32: ("<I", 28), 64: ("<Q", 32)}
"""By word size: how e_phoff is stored, and where."""


def _programs(architecture: Architecture) -> Iterator[Program]:
    for tool in (architecture.glibc(), architecture.of_musl):
        yield from linked.programs(tool)
        yield from opened.programs(tool)
    yield from _releases(architecture)
    yield from _kinds(architecture)
    yield from _headers(architecture)
    yield from _loaders(architecture)
    yield from _scripts(architecture)


def _releases(architecture: Architecture) -> Iterator[Program]:
    """What was linked against other releases of glibc."""
    for version in _GLIBCS:
        number = tuple(map(int, version.split(".")))
        tool, name = architecture.glibc(version), f"{architecture.name}-glibc-{version}"
        yield one_file(f"{name}-hello", program(tool, HELLO))
        for call, source in CALLS.items():
            yield one_file(f"{name}-{call}", program(tool, source, "-lm", "-lpthread", "-ldl", "-lrt"))
            now = program(tool, source, "-Wl,-z,now", "-lm", "-lpthread", "-ldl", "-lrt")
            yield one_file(f"{name}-now-{call}", now)
        for call, (since, source) in NEW_CALLS.items():
            if number >= tuple(map(int, since.split("."))):
                yield one_file(f"{name}-{call}", program(tool, source))
    for call, source in CALLS.items():
        yield one_file(f"{architecture.name}-musl-{call}", program(architecture.of_musl, source))


def _kinds(architecture: Architecture) -> Iterator[Program]:
    """Ways to link."""
    for name, options in {
        "no-pie": ("-no-pie", "-fno-pie"),
        "pie": ("-pie", "-fPIE"),
        "sysv-hash": ("-Wl,--hash-style=sysv",),
        "stripped": ("-s",),
    }.items():
        yield one_file(f"{architecture.name}-glibc-{name}", program(architecture.glibc(), HELLO, *options))
        yield one_file(f"{architecture.name}-musl-{name}", program(architecture.of_musl, HELLO, *options))
    for family, tool in (("glibc", architecture.glibc()), ("musl", architecture.of_musl)):
        marked = Changed(program(tool, HELLO, "-Wl,-z,now"), _without_default_directories)
        yield one_file(f"{architecture.name}-{family}-no-default-directories", marked)
    for name, options in {"static": ("-static", "-no-pie"), "static-pie": ("-static-pie", "-fPIE")}.items():
        yield one_file(f"{architecture.name}-{name}", Built(architecture.of_musl, HELLO, options), "")


def _headers(architecture: Architecture) -> Iterator[Program]:
    """What does not get as far as a loader."""
    fixed, absent, name = _static(architecture), _wants(architecture, "/no/ld.so"), architecture.name
    wide = 64 if name in ("arm64", "riscv64", "ppc64el", "s390x") else 32
    form, place = _LARGE[wide]
    yield one_file(f"{name}-object", Built(architecture.of_musl, HELLO, ("-c",), name="hello.o"), "LC107")
    yield one_file(f"{name}-core", Changed(fixed, _set(16, b"\4")))
    yield one_file(f"{name}-abi-version", Changed(fixed, _set(8, b"\1")))
    yield one_file(f"{name}-of-gnu", Changed(fixed, _set(7, b"\3")), "")
    yield one_file(f"{name}-no-headers", Changed(fixed, _set(44 if wide == 32 else 56, b"\0\0")))
    yield one_file(f"{name}-headers-of-odd-size", Changed(fixed, _set(42 if wide == 32 else 54, b"\x39\0")))
    yield one_file(f"{name}-headers-beyond-the-end", Changed(fixed, _set(place, struct.pack(form, 1 << 30))))
    for size in (16, 20, 40, 63):
        yield one_file(f"{name}-cut-at-{size}", Changed(fixed, _cut(size)))
    yield one_file(f"{name}-cut-in-headers", Changed(fixed, _cut(100)))
    yield one_file(f"{name}-not-executable", fixed, "LC104", mode=0o644)
    # The kernel itself may read it all the same, an emulator that is not handed the open file may not.
    yield one_file(f"{name}-execute-only", fixed, "" if name == "i386" else "LC104", mode=0o111)
    path = f"{HERE}/{name}-by-another-name"
    yield Program(f"{name}-by-another-name", path, {path: Entry(absent)}, argv=("hello", "x"))
    there = {path: Entry(program(architecture.glibc(), USES_FOO, libraries=(library(architecture.glibc(), FOO),)))}
    yield Program(f"{name}-relative", f"./{name}-by-another-name", there, argv=("hello", "x"), cwd=HERE)
    musl = {path: Entry(program(architecture.of_musl, USES_FOO, libraries=(library(architecture.of_musl, FOO),)))}
    yield Program(f"{name}-relative-musl", f"./{name}-by-another-name", musl, argv=("hello", "x"), cwd=HERE)


def _loaders(architecture: Architecture) -> Iterator[Program]:
    """Programs whose interpreter is not what it should be."""
    name = architecture.name

    def wanting(story: str, interpreter: str, files: dict[str, Placed], code: str | None = None) -> Program:
        path = f"{HERE}/{name}-{story}"
        placed = {path: Entry(_wants(architecture, interpreter)), **files}
        return Program(f"{name}-{story}", path, placed, code)

    yield wanting("interpreter-of-nix", "/nix/store/0-glibc-2.40/lib/ld.so.2", {}, "LC101")
    yield wanting("interpreter-relative", "no/such/loader", {}, "LC101")
    yield wanting("interpreter-below-file", f"{HERE}/{name}-interpreter-below-file/ld.so", {})
    yield wanting("interpreter-is-root", "/", {}, "LC103")
    unended = Changed(_wants(architecture, "/nix/ld.so.2"), lambda data: data.replace(b"ld.so.2\0", b"ld.so.2x", 1))
    yield one_file(f"{name}-interpreter-unterminated", unended)
    placed: dict[str, Placed] = {
        "loader-is-text": Entry(b"#!/bin/sh\n" + b"# padding\n" * 20),
        "loader-is-short": Entry(b"short\n"),
        "loader-is-empty": Entry(b""),
        "loader-is-a-directory": Folder(),
        "loader-dangles": Symlink("/no/such/file"),
        "loader-loops": Symlink(_LOADER),
        "loader-of-other-class": Entry(Built(architecture.other_class, _ENDLESS, ("-nostdlib", "-static"))),
        "loader-of-other-machine": Entry(Built(architecture.other_machine, _ENDLESS, ("-nostdlib", "-static"))),
        "loader-is-an-object": Entry(Built(architecture.of_musl, HELLO, ("-c",), name="hello.o")),
        "loader-is-private": Entry(_static(architecture), 0o600),
    }
    for story, loader in placed.items():
        yield wanting(story, _LOADER, {_LOADER: loader})


def _scripts(architecture: Architecture) -> Iterator[Program]:
    """Scripts that a program for that machine is to read, which says its word instead."""
    name = architecture.name
    shell = f"{HERE}/shell"
    for story, interpreter in {"static": _static(architecture), "absent": _wants(architecture, "/no/ld.so")}.items():
        path = f"{HERE}/{name}-script-{story}"
        files = {path: Entry(f"#!{shell} -e\n".encode()), shell: Entry(interpreter)}
        yield Program(f"{name}-script-{story}", path, files)
    for depth in (4, 5, 6):
        path = f"{HERE}/{name}-scripts-{depth}"
        chain: dict[str, Placed] = {f"{HERE}/{each}": Entry(f"#!{HERE}/{each + 1}\n".encode()) for each in range(depth)}
        chain[f"{HERE}/{depth}"] = Entry(_static(architecture))
        yield Program(path.rpartition("/")[2], f"{HERE}/0", chain, "" if depth < 5 else None)


_ENDLESS = "void _start(void) { for (;;); }\n"


def _static(architecture: Architecture) -> Built:
    return Built(architecture.of_musl, HELLO, ("-static", "-no-pie"))


def _wants(architecture: Architecture, interpreter: str) -> Built:
    return program(architecture.glibc(), HELLO, f"-Wl,--dynamic-linker={interpreter}")


def _without_default_directories(data: bytes) -> bytes:
    """As by the linker's `-z nodefaultlib`, which zig's has not: DF_1_NODEFLIB in place of what DT_FLAGS_1 says."""
    order = "<" if data[5] == 1 else ">"
    word = "i" if data[4] == 1 else "q"
    tag = struct.pack(order + word, 0x6FFFFFFB)
    before, found, after = data.partition(tag)
    assert found, "no DT_FLAGS_1"
    return before + tag + struct.pack(order + word, 0x800) + after[len(tag) :]


def _cut(size: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:size]


def _set(offset: int, value: bytes) -> Callable[[bytes], bytes]:
    """Bytes of the ELF header overwritten; those of two bytes are zero, or little-endian as the machine is."""
    return lambda data: data[:offset] + value + data[offset + len(value) :]


PROGRAMS = tuple(each for architecture in ARCHITECTURES.values() for each in _programs(architecture))
NAMES = {name: [each.name for each in _programs(architecture)] for name, architecture in ARCHITECTURES.items()}
"""The names of the programs by architecture."""
