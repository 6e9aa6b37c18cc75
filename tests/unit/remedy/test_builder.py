"""Which builder is named for a program that was built on too new a release, by the versions that it asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from libccheck import open_image
from libccheck.checking import check
from libccheck.model import Remedy
from libccheck.releases import DEBIAN, FLOATING, RUNTIMES, suites_of
from libccheck.remedy.older import Floor, is_newer
from libccheck.toolchain.go import build_info
from tests.forge import GLIBC, X86_64, Wanted, elf
from tests.unit.toolchain.test_go import MARK, TEXT, inline
from tests.values import program

START = Wanted("__libc_start_main", "GLIBC_2.34")
PARSES = Wanted("__isoc23_strtol", "GLIBC_2.38")
COPIES = Wanted("strlcpy", "GLIBC_2.38")
BOOKWORM = Floor((2, 36), RUNTIMES["bookworm"])


def go(
    version: str,
    *wants: Wanted,
    text: bytes = b"",
    needed: Sequence[str] = ("libc.so.6",),
    settings: Mapping[str, str] | None = None,
    modules: bytes = b"",
    interpreter: str = GLIBC,
    machine: int = X86_64,
) -> bytes:
    """A program of that release; its build information stands where Go's linker puts it, 16 bytes apart.

    settings: of its build, by default its -ldflags alone. modules: lines of others that it is built with.
    """
    told = TEXT if settings is None else TEXT[: TEXT.index(b"build\t-ldflags")]
    told += "".join(f"build\t{key}={json.dumps(value)}\n" for key, value in (settings or {}).items()).encode()
    told = told.replace(b"build\t", modules + b"build\t", 1)
    info = b"\xff Go buildinf:\x08\x02".ljust(32, b"\0") + inline(version.encode()) + inline(MARK + told + MARK)
    for padding in range(16):
        laid = bytes(padding) + info + text
        data = elf(interpreter=interpreter, needed=needed, wants=wants, text=laid, machine=machine)
        made = program(data)
        if made.content.elf is not None and build_info(made.content.elf, made.data) is not None:
            return data
    raise AssertionError("nowhere does Go's build information lie as Go lays it")


def remedies(data: bytes, reference: str) -> tuple[Remedy, ...]:
    image = open_image(f"catalog:{reference}", platform="linux/amd64")
    return check([program(data)], [image], bases=lambda _: ()).checks[0].remedies


def builders(data: bytes, reference: str) -> list[str]:
    commands = [command for each in remedies(data, reference) for command in each.commands]
    return [each for each in commands if each.endswith(" AS build")]


@pytest.mark.parametrize(
    ("release", "wants", "reference", "tag"),
    [
        ("go1.24.1", [START, PARSES], "debian:bookworm", "golang:1.24-bookworm"),
        ("go1.24", [START, PARSES], "gcr.io/distroless/base-debian12:latest", "golang:1.24-bookworm"),
        ("go1.27.3", [PARSES], "debian:bookworm-slim", "golang:1.27-bookworm"),
        ("go1.22.5", [START, PARSES], "debian:bullseye", "golang:1.22-bullseye"),
    ],
)
def test_it_is_the_same_compiler_on_a_release_no_newer_than_the_image(
    release: str, wants: list[Wanted], reference: str, tag: str
) -> None:
    assert builders(go(release, *wants), reference) == [f"FROM {tag} AS build"]


@pytest.mark.parametrize(
    ("release", "wants", "reference"),
    [
        pytest.param("go1.27.3", [START], "debian:bullseye", id="no tag of that release has that suite"),
        pytest.param("devel go1.25-3ff1d8a9", [START], "debian:bullseye", id="no release"),
        pytest.param("go1.24.1", [COPIES], "debian:bookworm", id="a function that was not there yet"),
        pytest.param("go1.24.1", [START], "alpine:3.20", id="another C library"),
    ],
)
def test_else_none_is_named(release: str, wants: list[Wanted], reference: str) -> None:
    assert builders(go(release, *wants), reference) == []


def test_nothing_is_lost_by_it_so_it_comes_before_a_build_without_cgo() -> None:
    first, second = remedies(go("go1.24.1", PARSES), "debian:bookworm")[:2]
    assert first.title == "build it on bookworm (glibc 2.36), which is no newer than the image"
    assert (first.lost, second.title) == ((), "build it without cgo")
    assert second.lost != ()


@pytest.mark.parametrize(
    ("version", "newer"),
    [
        ("GLIBC_2.36", False),
        ("GLIBC_2.37", True),
        ("GLIBC_2.2.5", False),
        ("GLIBC_ABI_DT_RELR", True),
        ("GLIBCXX_3.4", False),
        ("GLIBCXX_3.4.30", False),
        ("GLIBCXX_3.4.31", True),
        ("CXXABI_1.3.13", False),
        ("CXXABI_1.3.14", True),
        ("GCC_12.0.0", False),
        ("GCC_13.0.0", True),
        ("GCC_4.2.0", False),
        ("OPENSSL_3.0.0", False),
    ],
)
def test_versions_are_newer_than_a_release_by_their_own_numbers(version: str, newer: bool) -> None:
    assert is_newer(version, BOOKWORM) is newer


def test_where_only_glibc_is_older_the_versions_of_gcc_stay() -> None:
    assert not is_newer("GLIBCXX_3.4.33", Floor((2, 31)))


def test_the_releases_that_are_built_on_are_known_with_their_compiler() -> None:
    assert set(RUNTIMES) <= set(DEBIAN)
    assert all(
        suite in suites_of("gcc", (int(RUNTIMES[suite].compiler),)) for suite in ("bullseye", "bookworm", "trixie")
    )
    assert suites_of("golang", (1, 99)) == suites_of("gcc", (8,)) == suites_of("nothing", (1,)) == ()
    assert suites_of("golang", (1, 24)) == FLOATING["golang"][2].suites
