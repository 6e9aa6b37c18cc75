"""What a file is, in a word."""

from __future__ import annotations

import pytest

from libccheck.kinds import interpreter_of, kind_of
from tests.forge import MUSL, elf
from tests.values import directory, program

_DF_1_PIE = 0x08000000


@pytest.mark.parametrize(
    ("data", "kind", "interpreter"),
    [
        (elf(kind=2), "static", None),
        (elf(flags_1=_DF_1_PIE), "static-pie", None),
        (elf(interpreter=MUSL, needed=["libc.so"]), "dynamic", MUSL),
        (elf(soname="libx.so", needed=["libc.so"]), "library", None),
        (elf(kind=1), "object", None),
        (elf(kind=4), "core", None),
        (b"#!/bin/sh -e\n", "script", "/bin/sh"),
        (b"#! /usr/bin/env  python3\n", "script", "/usr/bin/env"),
        (b"#!\n", "script", None),
        (b"echo hello\n", "text", None),
        (b"MZ\0\0", "data", None),
        (b"", "empty", None),
    ],
)
def test_kinds(data: bytes, kind: str, interpreter: str | None) -> None:
    assert kind_of(program(data)) == kind
    assert interpreter_of(program(data)) == interpreter


def test_a_directory_is_one() -> None:
    assert kind_of(directory("app")) == "directory"
