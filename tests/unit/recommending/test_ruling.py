"""A base is ruled out unopened by what is certain, and by nothing else."""

from __future__ import annotations

import pytest

from libccheck.model import Base, Outline
from libccheck.recommending.ruling import ruled_out
from tests.forge import GLIBC, MUSL, Wanted, elf
from tests.values import image, program

_VERSIONS = frozenset(("GLIBC_2.2.5", "GLIBC_2.34"))


def base(libc: str, outline: Outline | None) -> Base:
    return Base("base:1", "linux/amd64", 1, libc, "1", True, lambda: image({}), lambda: outline)


GLIBC_BASE = base(
    "glibc",
    Outline(
        frozenset((GLIBC, "/bin/sh")),
        frozenset((MUSL, "/bin/bash")),
        {"libc.so.6": _VERSIONS, "libplain.so": frozenset()},
    ),
)
MUSL_BASE = base("musl", Outline(frozenset((MUSL,)), frozenset((GLIBC,)), {"libc.musl-x86_64.so.1": frozenset()}))


def why(data: bytes, on: Base = GLIBC_BASE, brought: tuple[str, ...] = ()) -> str | None:
    found = ruled_out(program(data), on, brought)
    return found[0] if found else None


def test_an_interpreter_that_is_not_there_rules_out_unless_something_of_its_name_is_brought() -> None:
    assert why(elf(interpreter=MUSL)) == "LC101"
    assert why(elf(interpreter=MUSL), brought=("ld-musl-x86_64.so.1",)) is None
    assert why(b"#!/bin/bash\n") == "LC105"
    assert why(b"#!/bin/sh\n") is None


@pytest.mark.parametrize("data", [b"#!/opt/own/python\n", elf(interpreter="/opt/ld.so"), elf(kind=2), b"\0", b""])
def test_what_the_outline_does_not_speak_of_is_left_to_the_launch(data: bytes) -> None:
    assert why(data) is None


def test_a_base_without_an_outline_is_tried() -> None:
    assert why(elf(interpreter=MUSL), base("glibc", None)) is None


def test_a_library_that_is_not_there_rules_out_unless_it_is_brought() -> None:
    data = elf(interpreter=GLIBC, needed=["libz.so.1", "libc.so.6"])
    assert why(data) == "LC201"
    assert why(data, brought=("libz.so.1",)) is None
    assert why(elf(interpreter=GLIBC, needed=["/opt/libz.so.1"])) is None
    assert why(elf(interpreter=GLIBC, needed=["lib z.so.1"])) is None


def test_a_version_rules_out_where_the_library_defines_others() -> None:
    def wants(version: str, library: str = "libc.so.6", weak: bool = False) -> bytes:
        return elf(interpreter=GLIBC, needed=[library], wants=[Wanted("x", version, library, weak=weak)])

    assert why(wants("GLIBC_2.34")) is None
    assert why(wants("GLIBC_2.35")) == "LC203"
    assert why(wants("GLIBC_2.35"), brought=("libc.so.6",)) is None
    assert why(wants("PLAIN_1", "libplain.so")) is None


def test_musl_knows_the_parts_of_libc_by_itself_and_no_versions() -> None:
    assert why(elf(interpreter=MUSL, needed=["libc.so", "libpthread.so.0"]), MUSL_BASE) is None
    assert why(elf(interpreter=MUSL, needed=["libstdc++.so.6"]), MUSL_BASE) == "LC201"
    wants = [Wanted("x", "LIBC_9", "libc.musl-x86_64.so.1")]
    assert why(elf(interpreter=MUSL, needed=["libc.musl-x86_64.so.1"], wants=wants), MUSL_BASE) is None


def test_a_loader_of_another_family_than_the_images_is_not_judged_by_its_libraries() -> None:
    both = base("musl", Outline(frozenset((MUSL, GLIBC)), frozenset(), {}))
    assert why(elf(interpreter=GLIBC, needed=["libz.so.1"]), both) is None
