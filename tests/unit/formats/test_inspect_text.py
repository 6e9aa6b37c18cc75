"""Cards and tables of programs: they fit, they obey the paper, and nothing in a file controls the terminal."""

from __future__ import annotations

import pytest

from libccheck.facts import Facts, facts_of
from libccheck.formats.inspect_json import as_data
from libccheck.formats.inspect_text import render
from libccheck.formats.paper import Paper
from libccheck.notes import Dlopen, Notes
from libccheck.toolchain.go import GoBuild, Module
from tests.forge import GLIBC, MUSL, Wanted, elf
from tests.values import program

EVIL = "\x1b[31mred\x07\r\n\u202e\x9b"
APP = elf(
    interpreter=GLIBC,
    needed=["libstdc++.so.6", "libc.so.6", "lib" + "long" * 40 + ".so"],
    wants=[Wanted("__libc_start_main", "GLIBC_2.34"), Wanted("a" * 200, "GLIBC_2.34")],
    runpath="$ORIGIN/" + "x" * 150,
)
NOTES = Notes(
    ("GCC: (Debian 12.2.0-14) 12.2.0", "rustc version 1.80.1 (3f5fd8dd4 2024-08-06)"),
    "abcdef",
    (Dlopen(("liba.so.1", "liba.so.0"), "zip", "packs", "recommended"),),
    (("type", "deb"), ("name", "app"), ("version", "1.0")),
)


def facts(data: bytes, path: str = "./app", notes: Notes | None = None) -> Facts:
    return facts_of(program(data, path), notes)


def with_go(settings: tuple[tuple[str, str], ...] = (), modules: int = 2) -> Facts:
    build = GoBuild(
        "go1.23.4", "a.org/cmd", Module("a.org", "(devel)"), (Module("b.org/x", "v1.0.0"),) * modules, settings
    )
    plain = facts(elf(kind=2), notes=Notes())
    assert plain.binary is not None
    return plain._replace(binary=plain.binary._replace(go=build))


@pytest.mark.parametrize("width", [80, 120, 40])
@pytest.mark.parametrize("many", [False, True])
def test_no_line_is_longer_than_the_terminal(width: int, many: bool) -> None:
    shown = [facts(APP, notes=NOTES)] + [facts(elf(interpreter=MUSL, needed=["libc.so"]), "./x" * 30)] * many
    text = render(shown, Paper(width))
    assert max(map(len, text.splitlines())) <= width or (many and width == 40)
    assert all(line == line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize("color", [False, True])
def test_only_paper_with_colors_gets_any(color: bool) -> None:
    for shown in ([facts(APP)], [facts(APP), facts(b"#!/bin/sh\n", "./run")]):
        assert ("\x1b[" in render(shown, Paper(80, color))) is color


def test_nothing_in_a_program_controls_the_terminal() -> None:
    data = elf(
        interpreter=f"/lib/{EVIL}",
        needed=[EVIL],
        wants=[Wanted(EVIL, EVIL, EVIL), Wanted("dlopen")],
        soname=EVIL,
        runpath=EVIL,
    )
    notes = Notes((f"{EVIL} version 1",), "00", (Dlopen((EVIL,), EVIL, EVIL, EVIL),), (("name", EVIL),))
    for shown in (
        [facts(data, EVIL, notes)],
        [facts(data, EVIL, notes), facts(b"#!/bin/" + EVIL.encode() + b" x\n", EVIL)],
    ):
        for verbose in (False, True):
            text = render(shown, Paper(80), verbose=verbose)
            assert not set(text) & {"\x1b", "\x07", "\r", "\u202e", "\x9b"}


def test_a_card_says_what_built_it() -> None:
    text = render([facts(APP, notes=NOTES)], Paper(100))
    assert "gcc 12.2.0 (Debian 12.2.0-14)\n" in text
    assert "rustc 1.80.1 (3f5fd8dd4 2024-08-06)\n" in text
    assert "deb app 1.0\n" in text
    assert "liba.so.1 or liba.so.0 (recommended)\n" in text


def test_damaged_notes_are_told() -> None:
    assert "damaged" in render([facts(APP, notes=Notes(complete=False))], Paper(80))


def test_a_go_program_shows_its_settings() -> None:
    text = render([with_go((("CGO_ENABLED", "0"), ("-tags", "netgo")))], Paper(80))
    for line in ("Go 1.23.4", "a.org (devel)", "CGO_ENABLED=0", "-tags=netgo", "2 modules; -v shows them"):
        assert line in text
    assert "b.org/x v1.0.0" in render([with_go()], Paper(80), verbose=True)
    assert "Go deps" not in render([with_go(modules=0)], Paper(80))


@pytest.mark.parametrize(
    ("setting", "shown"),
    [(("GOAMD64", "v3"), True), (("GOAMD64", "v1"), False), (("GOARM", "7"), True), (("CC", "7"), False)],
)
def test_a_go_setting_that_asks_for_a_newer_cpu_is_told(setting: tuple[str, str], shown: bool) -> None:
    text = render([with_go((setting,))], Paper(80))
    assert ("  CPU" in text) is shown


def test_a_symbol_that_another_library_may_have_is_told() -> None:
    wants = [Wanted("reallocarray")]
    alone = facts(elf(interpreter=MUSL, needed=["libc.so", "libgcc_s.so.1"], wants=wants))
    beside = facts(elf(interpreter=MUSL, needed=["libc.so", "libcrypto.so.3"], wants=wants))
    words = "unless another of its libraries has that"
    assert words not in render([alone], Paper(80))
    assert words in render([beside], Paper(80))


def test_what_ties_it_to_one_glibc_is_told() -> None:
    data = elf(needed=["libc.so.6"], wants=[Wanted("a", "GLIBC_PRIVATE"), Wanted("b", "GLIBC_ABI_GNU2_TLS")])
    text = render([facts(data)], Paper(120))
    assert "GLIBC_PRIVATE)" in text
    assert "a glibc that has GLIBC_ABI_GNU2_TLS" in text


def test_nothing_is_shown_of_nothing() -> None:
    assert render([], Paper(80)) == ""


def test_the_data_hold_every_fact() -> None:
    data = as_data(with_go((("CGO_ENABLED", "0"),)))
    assert data["built_by"]["go"] == {
        "version": "go1.23.4",
        "path": "a.org/cmd",
        "main": {"path": "a.org", "version": "(devel)"},
        "modules": [{"path": "b.org/x", "version": "v1.0.0"}] * 2,
        "settings": {"CGO_ENABLED": "0"},
    }
    shown = as_data(facts(APP, notes=NOTES))
    assert shown["binary"]["wanted"][0]["symbols"] == ["__libc_start_main", "a" * 200]
    assert shown["dlopen"]["notes"][0]["sonames"] == ["liba.so.1", "liba.so.0"]
    assert shown["built_by"]["package"] == {"type": "deb", "name": "app", "version": "1.0"}


@pytest.mark.parametrize("unpacks", [True, False])
def test_what_unpacks_more_is_not_all_that_asks(unpacks: bool) -> None:
    cookie = b"MEI\014\013\012\013\016" + bytes(14) + b"\1\x37" + bytes(64)
    data = elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.2.5")])
    text = render([facts(data + (cookie if unpacks else b""))], Paper(80))
    assert ("what it unpacks when it runs may ask for more" in text) is unpacks
