"""What shows of Zig where no linker of its own signed."""

from __future__ import annotations

import pytest

from libccheck import elf as elf_reader
from libccheck.model import Elf
from libccheck.toolchain.comment import Tool
from libccheck.toolchain.zig import speaks_zig, zig
from tests.forge import elf

LLD = Tool("lld", "22.1.8", "")
CLANG = Tool("clang", "22.1.8", "")
ZIG = Tool("zig", "", "")


def constants(text: bytes) -> tuple[Elf, bytes]:
    data = elf(kind=2, text=text)
    found = elf_reader.read(data)
    assert found is not None
    return found._replace(segments=tuple(each._replace(flags=4) for each in found.segments)), data


@pytest.mark.parametrize(
    ("text", "signed", "found"),
    [
        (b"aborting due to recursive panic", (LLD,), (ZIG,)),
        (b"Unable to dump stack trace: debug info stripped", (LLD,), (ZIG,)),
        (b"Unable to dump stack trace: \0zig 0.13.0\0", (), (Tool("zig", "0.13.0", ""),)),
        (b"/usr/lib/zig/libc/musl/crt/crt1.c\0", (CLANG, LLD), (ZIG,)),
        (b"/opt/ziglang/lib/libc/glibc/csu/init.c\0", (CLANG, LLD), (ZIG,)),
        (b"/src/libc/musls/crt1.c\0", (CLANG, LLD), ()),
        (b"", (CLANG, LLD), ()),
        (b"/lib/libc/musl/crt/crt1.c", (Tool("gcc", "12.2.0", "Debian"),), ()),
        (b"aborting due to recursive panic", (Tool("zig", "0.17.1", ""),), ()),
        (b"/lib/libc/musl/crt/crt1.c", (Tool("clang", "20.1.2", "zig"),), ()),
    ],
)
def test_zig_shows_by_its_words_and_paths(text: bytes, signed: tuple[Tool, ...], found: tuple[Tool, ...]) -> None:
    assert zig(*constants(text), signed) == found


def test_only_constants_are_words_of_its_standard_library() -> None:
    found, data = constants(b"aborting due to recursive panic")
    assert speaks_zig(found, data)
    assert not speaks_zig(found._replace(segments=tuple(each._replace(flags=6) for each in found.segments)), data)
