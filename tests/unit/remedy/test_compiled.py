"""What a C compiler made of sources, and what is more than that."""

from __future__ import annotations

import struct

import pytest

from libccheck import open_image
from libccheck.checking import check
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


@pytest.mark.parametrize("exports", [(), ("napi_create_function",)], ids=["Rust", "Deno"])
def test_cargo_builds_what_is_rust_and_no_application_of_a_runtime_in_rust(exports: tuple[str, ...]) -> None:
    text = b"d3n0l4nd\0/rustc/051478957371ee0084a7c0913941d2a8c4757bb9/library/std/src/panicking.rs\0"
    data = elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[START], exports=exports, text=text)
    image = open_image("catalog:alpine:3.20", platform="linux/amd64")
    remedies = check([program(constant(data))], [image], bases=lambda _: ()).checks[0].remedies
    commands = [command for each in remedies for command in each.commands]
    assert any("cargo build" in each for each in commands) == (not exports)


def constant(data: bytes) -> bytes:
    """The same with nothing that it may write."""
    (count,) = struct.unpack_from("<H", data, 56)
    changed = bytearray(data)
    for place in range(64, 64 + count * 56, 56):
        if struct.unpack_from("<I", data, place) == (1,):
            struct.pack_into("<I", changed, place + 4, 5)
    return bytes(changed)
