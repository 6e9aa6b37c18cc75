"""What a C compiler made of sources, and what is more than that."""

from __future__ import annotations

import pytest

from libccheck.remedy.compiled import Compiled, compiled
from tests.forge import GLIBC, Wanted, elf, with_sections
from tests.values import program

BY_GCC = {".comment": b"GCC: (Debian 12.2.0-14) 12.2.0\0"}
START = Wanted("__libc_start_main", "GLIBC_2.34")


def test_gcc_alone_stands_for_sources_in_c() -> None:
    data = with_sections(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[START]), BY_GCC)
    assert compiled(program(data)) == Compiled(False, "*.c", False)


@pytest.mark.parametrize(
    ("sections", "exports", "text", "behind"),
    [
        ({".svm_heap": b"heap"}, (), b"", b""),
        ({"__managedcode": b"code"}, (), b"", b""),
        ({}, ("napi_create_function",), b"", b""),
        ({}, ("PyInit_speedups",), b"", b""),
        ({}, (), b"NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1", b""),
        ({}, (), b"", b"MEI\014\013\012\013\016" + bytes(14) + b"\1\x37libpython3.11.so.1.0" + bytes(48)),
    ],
    ids=["GraalVM", ".NET", "Node.js", "a module of Python", "a single executable", "PyInstaller"],
)
def test_what_a_runtime_stands_behind_is_built_of_no_sources_in_c(
    sections: dict[str, bytes], exports: tuple[str, ...], text: bytes, behind: bytes
) -> None:
    data = elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[START], exports=exports, text=text)
    assert compiled(program(with_sections(data, {**BY_GCC, **sections}) + behind)) is None
