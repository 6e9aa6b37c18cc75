"""How a C or C++ program is named to its compiler, and what rules a C library out for it."""

from __future__ import annotations

import pytest

from libccheck import open_image
from libccheck.checking import check
from libccheck.remedy.compiled import compiled, lost_statically
from libccheck.remedy.musl_calls import beyond_musl
from libccheck.remedy.rust import cargo_name
from libccheck.toolchain import sources
from tests.forge import AARCH64, GLIBC, X86_64, Wanted, elf
from tests.unit.remedy.test_builder import go
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


ARM64 = "/lib/ld-linux-aarch64.so.1"


@pytest.mark.parametrize("platform", ["linux/amd64", "linux/arm64"])
def test_a_compiler_without_a_target_is_said_to_be_for_another_machine(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sources, "_files", lambda *_: iter(["app.c"]))
    usual = platform == "linux/amd64"
    data = elf(interpreter=GLIBC if usual else ARM64, needed=["libc.so.6"], machine=X86_64 if usual else AARCH64)
    image = open_image("catalog:alpine:3.20", platform=platform)
    (made,) = check([program(data)], [image], bases=lambda _: ()).checks
    by_gcc = next(each for each in made.remedies if each.commands[0].startswith("cc -static "))
    assert ("by a compiler of C for linux/arm64" in by_gcc.basis) is not usual
    by_zig = [each.title for each in made.remedies if "-target aarch64-linux-musl" in each.commands[0]]
    assert by_zig == ([] if usual else ["build it statically with zig, for linux/arm64"])


def test_go_says_the_machine_that_it_was_built_for_with_c_too() -> None:
    data = go("go1.24.1", text=b"\0main._Cfunc_two\0", settings={"GOARCH": "arm64"}, interpreter=ARM64, machine=AARCH64)
    image = open_image("catalog:alpine:3.20", platform="linux/arm64")
    (made,) = check([program(data)], [image], bases=lambda _: ()).checks
    assert [each.commands[0].partition(" go build")[0] for each in made.remedies] == [
        "CGO_ENABLED=1 GOARCH=arm64",
        "CGO_ENABLED=1 GOARCH=arm64 CC=musl-gcc",
        "CGO_ENABLED=1 GOARCH=arm64 CC='zig cc -target aarch64-linux-musl'",
    ]
    assert made.remedies[0].basis.endswith("; by a compiler of C for linux/arm64")
