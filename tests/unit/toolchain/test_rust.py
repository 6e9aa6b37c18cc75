"""Rust programs are known by the paths of the standard library's panic messages."""

from __future__ import annotations

import pytest

from libccheck import elf as elf_reader
from libccheck.toolchain.rust import rust_source
from tests.forge import elf

COMMIT = "051478957371ee0084a7c0913941d2a8c4757bb9"


def found_in(text: str) -> str | None:
    data = elf(interpreter=f"/lib/ld.so\0{text}\0", kind=3)
    readable = elf_reader.read(data)
    assert readable is not None
    segments = tuple(each._replace(flags=5) if each.type == 1 else each for each in readable.segments)
    return rust_source(readable._replace(segments=segments), data)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (f"/rustc/{COMMIT}/library/std/src/panicking.rs", COMMIT),
        (f"/rustc/{COMMIT}/src/libstd/panicking.rs", COMMIT),
        ("/rustc/1.84.0/library/core/src/fmt.rs", "1.84.0"),
        ("/rustc/abc/library/core/src/fmt.rs", None),
        (f"/rustc/{COMMIT}/compiler/x.rs", None),
        ("/usr/lib/librustc.so", None),
    ],
)
def test_the_commit_stands_in_the_path(text: str, source: str | None) -> None:
    assert found_in(text) == source


def test_a_segment_beyond_the_file_is_no_trouble() -> None:
    data = elf(interpreter="/lib/ld.so", kind=3)
    whole = elf_reader.read(data)
    assert whole is not None
    segments = tuple(each._replace(flags=5, offset=1 << 40, filesz=1 << 40) for each in whole.segments)
    assert rust_source(whole._replace(segments=segments), data) is None
