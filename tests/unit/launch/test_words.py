"""What is said of a start to its end: findings, messages and every step of the evidence, story by story.

`words.txt` holds the stories' words; `pytest --update` rewrites it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from libccheck.launch import launch
from libccheck.launch.handover import Ended, Library, Stuck
from libccheck.model import Directory, Host, Launch, Node, Process, Special, User
from tests import tiny
from tests.unit.launch import test_emulated as emulated
from tests.unit.launch import test_gcompat as gcompat
from tests.unit.launch import test_glibc as glibc
from tests.unit.launch import test_kernel as kernel
from tests.unit.launch import test_musl as musl
from tests.unit.launch import test_uclibc as uclibc
from tests.unit.launch.objects import LOAD, RELRO, SEGMENTS, Symbol, elf
from tests.unit.launch.objects import file as of_elf
from tests.values import file, tree

WORDS = Path(__file__).with_name("words.txt")

Said = Stuck | Ended | Launch

_NEEDS = tiny.program(interpreter=b"/lib/ld")
_AARCH64 = tiny.program(machine=183, interpreter=b"/ld")
_FOLDER = Directory(0o755, 0, 0)
_PRIVATE = Directory(0o700, 0, 0)
_GONE = ("libgone.so",)
_CUT = elf(size=0x400)


def _kernel() -> Iterator[tuple[str, Callable[[], Said]]]:
    """The program, its interpreter, its scripts: what execve(2) refuses."""
    script = b"#!/bin/interpreter option\n"
    programs: Mapping[str, object] = {
        "absent": {},
        "loop": {"app": "app"},
        "not executable": {"app": file(kernel.STATIC, 0o644)},
        "executable for others": {"app": file(kernel.STATIC, 0o001, uid=1000)},
        "of another user": {"app": file(kernel.STATIC, 0o700, uid=7)},
        "directory": {"app": _FOLDER},
        "special file": {"app": Special("p", 0o777, 0, 0)},
        "empty": {"app": file(b"", 0o755)},
        "of Windows": {"app": file(b"MZ" + bytes(100), 0o755)},
        "text": {"app": file(b"echo\n", 0o755)},
        "byte order mark": {"app": file(b"\xef\xbb\xbf#!/bin/sh\n", 0o755)},
        "long first line": {"app": file(b"#!" + b"x" * 300, 0o755)},
        "of another machine": {"app": tiny.program(machine=183)},
        "object": {"app": tiny.patched(kernel.STATIC, kernel.TYPE, "<H", 1)},
        "without headers": {"app": tiny.patched(kernel.STATIC, kernel.COUNT, "<H", 0)},
        "cut in its header": {"app": kernel.STATIC[:40]},
        "cut off": {"app": tiny.program(data=True)[:-30]},
        "unmappable": {"app": tiny.patched(kernel.STATIC, kernel.ENTRY, "<Q", 1 << 40)},
        "loader absent": {"app": _NEEDS},
        "loader link dangles": {"app": _NEEDS, "lib__ld": "/usr/gone"},
        "loader link loops": {"app": _NEEDS, "lib__ld": "ld"},
        "loader below a file": {"app": _NEEDS, "lib": file(b"x")},
        "loader directory": {"app": _NEEDS, "lib__ld": _FOLDER},
        "loader private": {"app": _NEEDS, "lib": _PRIVATE, "lib__ld": kernel.LOADER},
        "loader not executable": {"app": _NEEDS, "lib__ld": file(kernel.LOADER, 0o644)},
        "loader short": {"app": _NEEDS, "lib__ld": file(b"x", 0o755)},
        "loader text": {"app": _NEEDS, "lib__ld": file(b"x" * 100, 0o755)},
        "loader of another machine": {"app": _NEEDS, "lib__ld": tiny.program(machine=183)},
        "loader object": {"app": _NEEDS, "lib__ld": tiny.patched(kernel.LOADER, kernel.TYPE, "<H", 1)},
        "loader unmappable": {"app": _NEEDS, "lib__ld": tiny.patched(kernel.LOADER, kernel.ENTRY, "<Q", 1 << 40)},
        "loader cut off": {"app": _NEEDS, "lib__ld": tiny.program(kind=3, data=True)[:-30]},
        "interpreter absent": {"app": file(script, 0o755)},
        "interpreter not executable": {"app": file(script, 0o755), "bin__interpreter": file(kernel.STATIC, 0o644)},
        "interpreter of another machine": {
            "app": file(script, 0o755),
            "bin__interpreter": tiny.program(machine=183),
        },
        "interpreter ends in a carriage return": {"app": file(b"#!/bin/sh\r\n", 0o755)},
        "too many scripts": {
            "app": file(b"#!/s0\n", 0o755),
            **{f"s{each}": file(f"#!/s{each + 1}\n".encode(), 0o755) for each in range(6)},
        },
    }
    for name, nodes in programs.items():
        yield f"kernel, {name}", lambda nodes=nodes: kernel.stuck(**nodes)  # type: ignore[misc]

    process = Process(("tool",), (("PATH", "/bin:/private:/usr/bin:"),), "/", User(1000, 1000))
    root: dict[str, Node | bytes | str] = {"/private": _PRIVATE, "/private/tool": b"", "/tool": _FOLDER}
    root["/usr/bin/tool"] = file(b"", 0o644)
    yield "kernel, in no directory of PATH", lambda: launch(tree(root), "tool", process, Host("x86_64"))


def _emulated() -> Iterator[tuple[str, Callable[[], Said]]]:
    for name, nodes in {
        "starts": {"app": _AARCH64, "ld": emulated.LOADER},
        "unreadable": {"app": file(emulated.STATIC, 0o711)},
        "cut in its header": {"app": emulated.STATIC[:63]},
        "headers of odd size": {"app": tiny.patched(emulated.STATIC, kernel.SIZE, "<H", 57)},
        "loader absent": {"app": _AARCH64},
        "loader unreadable": {"app": _AARCH64, "ld": file(emulated.LOADER, 0o711)},
        "loader a socket": {"app": _AARCH64, "ld": Special("s", 0o777, 0, 0)},
        "loader a device": {"app": _AARCH64, "ld": Special("c", 0o777, 0, 0)},
        "loader directory": {"app": _AARCH64, "ld": _FOLDER},
        "loader text": {"app": _AARCH64, "ld": b"text" * 30},
        "loader of another machine": {"app": _AARCH64, "ld": tiny.program(kind=3)},
    }.items():
        yield f"qemu, {name}", lambda nodes=nodes: emulated.run(**nodes)  # type: ignore[misc]


def _musl() -> Iterator[tuple[str, Callable[[], Said]]]:
    wants = musl.calls("foo", "bar", needed=_GONE)
    relr = elf(tags=(36,))
    yield "musl, library absent", lambda: musl.start(musl.calls(needed=_GONE), {})
    yield "musl, library and symbols absent", lambda: musl.start(wants, {})
    yield "musl, symbols absent", lambda: musl.start(musl.calls("foo", "foo", "bar"), {"/lib/libfoo.so": elf()})
    yield "musl, library is text", lambda: musl.start(musl.calls(), {"/lib/libfoo.so": b"text"})
    yield "musl, library private", lambda: musl.start(musl.calls(), {"/lib/libfoo.so": of_elf(elf(), 0o600)})
    yield "musl, without PT_LOAD", lambda: musl.start(elf(segments=SEGMENTS[:1]), {})
    yield "musl, library cut off", lambda: musl.start(musl.calls(), {"/lib/libfoo.so": _CUT})
    yield "musl, path file", lambda: musl.start(musl.calls(), {musl.PATH_FILE: b"/opt/lib:/srv\n", "/opt/lib/x": b""})
    yield "musl, unknown relocation", lambda: musl.start(elf(rela=((37, 0, 2), (77, 0, 1))), {})
    yield "musl, packed relocations", lambda: musl.start(relr, {}, version="1.2.3", markers=("no-relr",))
    yield "musl, packed relocations perhaps", lambda: musl.start(relr, {}, version="1.2.3", markers=("lfs64",))
    odd = (*SEGMENTS, SEGMENTS[1]._replace(type=RELRO, vaddr=0x9000))
    yield "musl, odd protection", lambda: musl.start(musl.calls(), {"/lib/libfoo.so": elf(segments=odd)})
    yield "musl, without PT_PHDR", lambda: musl.start(elf(segments=SEGMENTS[1:]), {})
    yield "musl, made for glibc", lambda: musl.start(elf(needed=("libc.so.6",)), {})


def _gcompat() -> Iterator[tuple[str, Callable[[], Said]]]:
    yield "gcompat, starts", lambda: gcompat.start(gcompat.program(), {})
    yield "gcompat, library absent", lambda: gcompat.start(gcompat.program(*_GONE), {})
    yield "gcompat, musl absent", lambda: gcompat.start(gcompat.program(), {gcompat.MUSL: "/no/such/file"})
    yield "gcompat, musl loops", lambda: gcompat.start(gcompat.program(), {gcompat.MUSL: gcompat.MUSL})
    private = of_elf(gcompat.LIBC, 0o600, loader=gcompat.MUSL_LOADER)
    yield "gcompat, musl private", lambda: gcompat.start(gcompat.program(), {gcompat.MUSL: private})


def _uclibc() -> Iterator[tuple[str, Callable[[], Said]]]:
    at = "/lib/libfoo.so"
    main = uclibc.program("libfoo.so", symbols=[Symbol("foo")], rela=((6, 1, 1),))
    lazy = uclibc.program("libfoo.so", symbols=[Symbol("foo")], plt=((7, 1, 1),))
    for name, start in (("uClibc-ng", uclibc.start), ("uClibc", uclibc.old)):
        yield f"{name}, library absent", lambda start=start: start(main)  # type: ignore[misc]
        yield f"{name}, symbol absent", lambda start=start: start(main, {at: uclibc.OTHER})  # type: ignore[misc]
        yield f"{name}, function absent", lambda start=start: start(lazy, {at: uclibc.OTHER})  # type: ignore[misc]
        yield f"{name}, library is text", lambda start=start: start(main, {at: b"text" * 30})  # type: ignore[misc]
        other = elf(machine=183, soname="libfoo.so")
        yield f"{name}, of another machine", lambda start=start, o=other: start(main, {at: o})  # type: ignore[misc]
        odd = uclibc.program(rela=((77, 0, 1),))
        yield f"{name}, unknown relocation", lambda start=start, odd=odd: start(odd)  # type: ignore[misc]
        packed = uclibc.program(tags=(36,))
        yield f"{name}, packed relocations", lambda start=start, p=packed: start(p)  # type: ignore[misc]
        searched = uclibc.program("libfoo.so", rpath="/r:lib:$ORIGIN/x", runpath="/u:$ORIGIN")
        env = {"LD_LIBRARY_PATH": "/e:"}
        yield f"{name}, search", lambda start=start, s=searched, e=env: start(s, env=e)  # type: ignore[misc]
        yield f"{name}, library cut off", lambda start=start: start(main, {at: _CUT})  # type: ignore[misc]


def _glibc() -> Iterator[tuple[str, Callable[[], Said]]]:
    at = "/lib/libfoo.so"
    plain = elf(machine=glibc.S390X, needed=("libfoo.so",))
    library = elf(machine=glibc.S390X, soname="libfoo.so")
    wants = glibc.unversioned(plain._replace(tables=elf(symbols=[Symbol("foo")], rela=((glibc.SLOT, 1, 1),)).tables))
    searched = plain._replace(runpath="/r:$ORIGIN:rel/ative")
    versioned = elf(machine=glibc.S390X, needed=("libfoo.so",), versions_needed={"libfoo.so": [("FOO_2", 2)]})
    without_data = tuple(each for each in SEGMENTS if each.type != LOAD)
    for name, program, files in (
        ("library absent", plain, {}),
        ("search", searched, {}),
        ("library is text", plain, {at: b"text" * 30}),
        ("library short", plain, {at: b"x"}),
        ("library private", plain, {at: of_elf(library, 0o600)}),
        ("library directory", plain, {at: _FOLDER}),
        ("of another machine", plain, {at: library._replace(machine=183)}),
        ("of another word size", plain, {at: elf(bits=32, machine=glibc.S390X)}),
        ("object", plain, {at: library._replace(kind=1)}),
        ("nothing to load", plain, {at: library._replace(segments=without_data)}),
        ("cut off", plain, {at: library._replace(size=0x400)}),
        ("symbol absent", wants, {at: library}),
        ("no versions", versioned, {at: library}),
    ):
        yield f"glibc, {name}", lambda program=program, files=files: glibc.start(program, files)  # type: ignore[misc]
    main, opens = elf(machine=glibc.S390X), {lazy: Library(at, lazy) for lazy in (False, True)}
    yield "glibc, opened", lambda: glibc.start(main, {at: library}, library=opens[False])
    yield "glibc, opened lazily", lambda: glibc.start(main, {at: library}, library=opens[True])
    yield "glibc, opened in vain", lambda: glibc.start(main, {}, library=opens[False])


STORIES = dict(each for part in (_kernel, _emulated, _musl, _gcompat, _uclibc, _glibc) for each in part())


def _lines(said: Said) -> Iterator[str]:
    yield f"  {said.outcome!r}"
    for finding in said.findings:
        yield f"  {finding.code} {finding.subject!r}: {finding.message!r}"
        yield from (f"    {step.action} {step.path!r}: {step.found!r}, {step.how!r}" for step in finding.evidence)
    if not said.findings or said.findings[0].evidence != said.steps:
        yield from (f"  {step.action} {step.path!r}: {step.found!r}, {step.how!r}" for step in said.steps)


def _expected() -> dict[str, str]:
    parts = WORDS.read_text(encoding="utf-8").split("\n\n") if WORDS.exists() else []
    return {name: rest for name, _, rest in (each.strip("\n").partition("\n") for each in parts)}


@pytest.mark.parametrize("story", STORIES)
def test_the_words_are_as_written(story: str, update: bool) -> None:
    words = "\n".join(_lines(STORIES[story]()))
    if update:
        known = {**_expected(), story: words}
        text = "\n\n".join(f"{name}\n{known[name]}" for name in STORIES if name in known)
        WORDS.write_text(f"{text}\n", encoding="utf-8")
    assert words == _expected().get(story)
