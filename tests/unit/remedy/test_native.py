"""How a C or C++ program is named to its compiler, and what rules a C library out for it."""

from __future__ import annotations

import pytest

from libccheck.remedy.compiled import compiled, lost_statically
from libccheck.remedy.musl_calls import beyond_musl
from libccheck.remedy.rust import cargo_name
from libccheck.toolchain import sources
from tests.forge import GLIBC, Wanted, elf
from tests.values import program

RUNTIME = ("libstdc++.so.6", "libc.so.6")


def named(monkeypatch: pytest.MonkeyPatch, *files: str, needed: tuple[str, ...] = ("libc.so.6",)) -> str:
    monkeypatch.setattr(sources, "_files", lambda *_: iter(files))
    made = compiled(program(elf(interpreter=GLIBC, needed=needed)))
    assert made is not None
    return f"{made.compiler} {made.sources}"


def test_a_compiler_of_cplusplus_is_told_which_files_are_c(monkeypatch: pytest.MonkeyPatch) -> None:
    told = named(monkeypatch, "app.c", "two.cpp", "three.c", needed=(*RUNTIME, "libm.so.6"))
    assert told == "c++ two.cpp -x c app.c three.c -x none -lm"
    assert named(monkeypatch, "app.cc", "two.cpp") == "c++ app.cc two.cpp"
    assert named(monkeypatch, "app.c", "two.c") == "cc app.c two.c"


def test_no_file_is_taken_for_an_option_or_for_a_file_of_options(monkeypatch: pytest.MonkeyPatch) -> None:
    assert named(monkeypatch, "-x.c", "@mapp.nim.c", "my app.c") == "cc ./-x.c ./@mapp.nim.c 'my app.c'"


def test_what_libc_once_had_in_libraries_of_their_own_is_linked(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = ("libutil.so.1", "libpthread.so.0", "libc.so.6")
    assert named(monkeypatch, "app.c", needed=needed) == "cc app.c -pthread -lutil"


@pytest.mark.parametrize(
    ("function", "is_there"),
    [
        ("printf", True),
        ("__printf_chk", True),
        ("__isoc23_strtol", True),
        ("__open64_2", True),
        ("__fxstat64", True),
        ("__fdelt_chk", True),
        ("__register_atfork", True),
        ("__isnan", True),
        ("backtrace", False),
        ("error", False),
        ("argp_parse", False),
        ("gnu_get_libc_version", False),
        ("re_search", False),
    ],
)
def test_a_program_is_for_musl_where_its_headers_have_all_that_it_calls(function: str, is_there: bool) -> None:
    made = program(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted(function, "GLIBC_2.2.5")])).content.elf
    assert made is not None
    assert beyond_musl(made) == ([] if is_there else [function])
    assert (lost_statically(made, "musl") is not None) is is_there
    assert lost_statically(made, "musl", without=[function]) is not None
    assert lost_statically(made, "glibc") is not None


def test_weak_calls_and_those_of_other_libraries_do_not_count() -> None:
    wants = [Wanted("backtrace", "GLIBC_2.34", weak=True), Wanted("error", "FOO_1", file="libfoo.so.1")]
    made = program(elf(interpreter=GLIBC, needed=["libc.so.6", "libfoo.so.1"], wants=wants)).content.elf
    assert made is not None
    assert beyond_musl(made) == []


@pytest.mark.parametrize(
    ("path", "files", "name"),
    [
        ("target/release/app", ["app.0123ab-cgu.0", "std.4567cd-cgu.0"], "app"),
        ("./some-tool", ["some_tool.0123ab-cgu.0", "std.4567cd-cgu.0"], "some-tool"),
        ("server", ["crtstuff.c", "tool.0123ab-cgu.0", "std.4567cd-cgu.0"], "tool"),
        ("bin/ruff", ["addr2line.0123ab-cgu.0", "ruff.4567cd-cgu.0"], "ruff"),
        ("server", [], "server"),
    ],
)
def test_cargo_calls_a_program_as_its_crate_whatever_its_file_is_called(
    monkeypatch: pytest.MonkeyPatch, path: str, files: list[str], name: str
) -> None:
    monkeypatch.setattr(sources, "_files", lambda *_: iter(files))
    assert cargo_name(program(elf(), path)) == name
