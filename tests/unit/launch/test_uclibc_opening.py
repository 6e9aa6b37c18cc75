"""A library that a program loads by uClibc's dlopen, and what is said where it cannot be loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from libccheck.launch import uclibc
from libccheck.launch.handover import Ended, Library
from libccheck.model import Died, Elf, Loader, Rejected, Started, Step, Unclear

from .objects import HOST, SEGMENTS, TLS, TLS_SYMBOL, Symbol, defined, elf, file, handover, tree
from .test_uclibc import ALPINE_MARKERS, FOO, NG, NG_MARKERS, OLDEST_MARKERS, PLT, code, opened

BAR = "/app/lib/libbar.so"
I386, X86_64 = 3, 62
TPOFF, GLOB_DAT = 18, 6
WANTS_FOO: dict[str, Any] = {"symbols": [Symbol("foo")], "plt": ((PLT, 1, 1),)}
NOT_FOUND = Rejected("File not found")


def load(
    bar: Elf | bytes | None,
    nodes: Mapping[str, Any] | None = None,
    *,
    lazy: bool = False,
    markers: tuple[str, ...] = NG_MARKERS,
    main: Elf | None = None,
    machine: int = X86_64,
    **how: Any,
) -> Ended:
    """A program that loads BAR."""
    soname, place, bits = "ld64-uClibc.so.1", "/app/prog", 32 if machine == I386 else 64
    loader = elf(symbols=[defined("_dl_malloc")], soname=soname, machine=machine, bits=bits)
    main = main or elf(needed=["libc.so.1"], machine=machine, bits=bits)
    given = handover(main, Loader("uclibc", None, (), markers), loader, interpreter=NG, path=place, **how)
    libc = elf(symbols=[defined("__uClibc_main"), defined("dlopen")], soname="libc.so.1", machine=machine, bits=bits)
    there = {place: main, NG: loader, "/lib/libc.so.1": libc, **(nodes or {})}
    if bar is not None:
        there[BAR] = bar if isinstance(bar, Elf) else file(bar)
    return uclibc.load(tree(there), given, HOST, Library(BAR, lazy))


def bar(*needed: str, **how: Any) -> Elf:
    return elf(needed=needed, rpath="/app/lib", soname="libbar.so", **how)


def test_a_library_that_is_all_there_is_loaded() -> None:
    ended = load(bar("libfoo.so", **WANTS_FOO), {"/app/lib/libfoo.so": FOO})
    assert (ended.outcome, ended.findings) == (Started(""), ())
    assert [each.path for each in ended.objects][-2:] == [BAR, "/app/lib/libfoo.so"]
    assert Step("load", BAR, "asked for", "dlopen with RTLD_NOW by /app/prog") in ended.steps


def test_a_library_that_was_loaded_at_the_start_is_there() -> None:
    main = elf(needed=[BAR, "libc.so.1"])
    assert load(bar(), main=main).outcome == Started("")


def test_what_is_not_there_is_looked_for_by_its_last_name_as_well() -> None:
    ended = load(None)
    assert (ended.outcome, code(ended)) == (NOT_FOUND, ("LC201", BAR))
    assert ended.findings[0].message == f"{BAR}: found nowhere, to be loaded"
    assert opened(ended, "libbar.so")[1:] == [
        BAR,
        *(f"{each}/libbar.so" for each in ("/lib/", "/usr/lib/", "/lib", "/lib", "/usr/lib")),
    ]


def test_what_is_said_of_the_last_file_that_was_tried_counts() -> None:
    said = f"/app/prog: '{BAR}' is not an ELF file\n"
    assert load(b"text").outcome == Rejected("File not found", said)
    both = load(b"text", {"/usr/lib/libbar.so": file(b"more text")})
    assert isinstance(both.outcome, Rejected)
    assert both.outcome.dlerror == "Not an ELF file"
    assert code(both) == ("LC202", BAR)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (elf(kind=2), "Not an ELF shared library"),
        (elf(machine=183), "Unrecognized binary type"),
        (elf(segments=(*SEGMENTS, SEGMENTS[0]._replace(type=TLS))), "Library contains unsupported TLS"),
        (elf(segments=SEGMENTS[:1]), "Unable to mmap file"),
    ],
)
def test_each_reason_has_a_name(last: Elf, said: str) -> None:
    outcome = load(None, {"/usr/lib/libbar.so": last}).outcome
    assert isinstance(outcome, Rejected)
    assert outcome.dlerror == said


def test_on_i386_another_machine_has_a_name_of_its_own() -> None:
    markers = tuple(each.replace("x86_64", "386") for each in NG_MARKERS)
    outcome = load(None, {"/usr/lib/libbar.so": elf(bits=32)}, machine=I386, markers=markers).outcome
    assert isinstance(outcome, Rejected)
    assert outcome.dlerror == "Not i386 binary"


def test_a_library_of_the_library_that_is_missing() -> None:
    ended = load(bar("libfoo.so"))
    assert (ended.outcome, code(ended)) == (NOT_FOUND, ("LC201", "libfoo.so"))
    assert "needed by /app/lib/libbar.so" in ended.findings[0].message


def test_of_a_missing_symbol_dlerror_says_nothing_and_the_loader_writes() -> None:
    ended = load(bar(**WANTS_FOO))
    written = "\n/app/prog: symbol 'foo': can't resolve symbol\n"
    assert (ended.outcome, code(ended)) == (Rejected("", written), ("LC204", "foo"))


def test_of_a_missing_symbol_dlerror_still_says_what_was_missed_before() -> None:
    ended = load(bar(**WANTS_FOO), env={"LD_PRELOAD": "/no/such.so"})
    assert isinstance(ended.outcome, Rejected)
    assert ended.outcome.dlerror == "File not found"


def test_a_function_that_is_bound_when_it_is_called_is_advice() -> None:
    ended = load(bar(**WANTS_FOO), lazy=True)
    assert (ended.outcome, code(ended)) == (Started(""), ("LC301", "foo"))
    assert isinstance(load(bar(**WANTS_FOO), lazy=True, env={"LD_BIND_NOW": "1"}).outcome, Rejected)


def test_data_is_never_left_for_later() -> None:
    assert code(load(bar(symbols=[Symbol("foo")], rela=((GLOB_DAT, 1, 1),)), lazy=True)) == ("LC204", "foo")


def test_a_constructor_may_call_what_nobody_has() -> None:
    assert isinstance(load(bar(**WANTS_FOO)._replace(constructors=2), lazy=True).outcome, Unclear)


def test_only_what_the_library_needs_itself_is_seen() -> None:
    middle = elf(needed=["libfoo.so"], rpath="/app/lib", soname="libmiddle.so")
    there = {"/app/lib/libmiddle.so": middle, "/app/lib/libfoo.so": FOO}
    assert code(load(bar("libmiddle.so", **WANTS_FOO), there)) == ("LC204", "foo")
    assert load(bar("libmiddle.so", "libfoo.so", **WANTS_FOO), there).outcome == Started("")


def test_what_needs_a_library_is_not_seen_by_it() -> None:
    back = elf(symbols=[Symbol("bar")], plt=((PLT, 1, 1),), soname="libfoo.so")
    ended = load(bar("libfoo.so", symbols=[defined("bar")]), {"/app/lib/libfoo.so": back})
    assert code(ended) == ("LC204", "bar")


def test_functions_of_a_library_that_was_there_are_bound_if_it_is_to_be_now() -> None:
    lazily = elf(symbols=[Symbol("gone")], plt=((PLT, 1, 1),), soname="liblazy.so")
    main, there = elf(needed=["liblazy.so", "libc.so.1"]), {"/usr/lib/liblazy.so": lazily}
    assert code(load(bar("liblazy.so"), there, main=main)) == ("LC204", "gone")
    assert load(bar("liblazy.so"), there, main=main, lazy=True).outcome == Started("")


def test_a_program_that_cannot_call_dlopen_dies_of_it() -> None:
    main = elf(needed=["libc.so.1"], symbols=[Symbol("dlopen")], plt=((PLT, 1, 1),))
    libc = {"/lib/libc.so.1": elf(symbols=[defined("__uClibc_main")], soname="libc.so.1")}
    ended = load(bar(), libc, main=main)
    assert ended.outcome == Died(1, None, "/app/prog: Can't resolve symbol 'dlopen'\n")
    assert code(ended) == ("LC204", "dlopen")


def test_packed_relocations_crash_where_a_constructor_stands_behind_them() -> None:
    assert load(bar(tags=(36,))).outcome == Started("")
    assert load(bar(tags=(36, 25))).outcome == Died(None, "SIGSEGV")


def test_a_library_whose_protection_fails_ends_the_process() -> None:
    nowhere = SEGMENTS[0]._replace(type=0x6474E552, vaddr=0x9000, memsz=0x2000)
    ended = load(bar(segments=(*SEGMENTS, nowhere)), markers=OLDEST_MARKERS)
    assert isinstance(ended.outcome, Died)
    assert ended.outcome.status == 0


def with_tls(size: int, align: int = 8) -> Elf:
    block = SEGMENTS[0]._replace(type=TLS, memsz=size, align=align)
    return bar(segments=(*SEGMENTS, block), symbols=[defined("x", TLS_SYMBOL)], rela=((TPOFF, 1, 1),))


@pytest.mark.parametrize(
    ("size", "align", "status"),
    [(160, 8, 0), (164, 4, 0), (232, 8, 30), (16, 128, 30), (176, 8, None), (16, 32, None)],
)
def test_little_thread_local_data_has_room_in_the_static_block(size: int, align: int, status: int | None) -> None:
    ended = load(with_tls(size, align), markers=ALPINE_MARKERS)
    outcome = ended.outcome
    if status is None:
        assert isinstance(outcome, Unclear)
    elif status:
        assert outcome == Died(status, None, "cannot allocate memory in static TLS block")
        assert code(ended) == ("LC209", BAR)
    else:
        assert outcome == Started("")


def test_what_the_program_aligns_further_is_room_for_the_library_too() -> None:
    block = SEGMENTS[0]._replace(type=TLS, memsz=8, align=256)
    main = elf(needed=["libc.so.1"], segments=(*SEGMENTS, block))
    assert load(with_tls(16, 128), main=main, markers=ALPINE_MARKERS).outcome == Started("")
