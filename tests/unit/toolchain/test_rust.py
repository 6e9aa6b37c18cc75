"""Rust programs are known by the paths of the standard library's panic messages."""

from __future__ import annotations

import pytest

from libccheck import elf as elf_reader
from libccheck.toolchain.rust import RustBuild, rust_build, rust_source
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
        ("/usr/src/rustc-1.85.0/library/core/src/fmt.rs", "1.85.0"),
        ("/rustc/abc/library/core/src/fmt.rs", None),
        (f"/rustc/{COMMIT}/compiler/x.rs", None),
        ("/usr/lib/librustc.so", None),
    ],
)
def test_the_commit_stands_in_the_path(text: str, source: str | None) -> None:
    assert found_in(text) == source


@pytest.mark.parametrize(
    ("text", "interpreter", "libc", "build"),
    [
        ("_Unwind_RaiseException", "/lib/ld.so", "glibc", RustBuild("x86_64-unknown-linux-gnu", "unwind")),
        ("_Unwind_RaiseExceptions", "/lib/ld.so", "musl", RustBuild("x86_64-unknown-linux-musl", "abort")),
        ("", "/lib/ld.so", None, RustBuild(None, "abort")),
        ("", None, None, RustBuild("x86_64-unknown-linux-musl", None)),
        ("gconv-modules", None, None, RustBuild("x86_64-unknown-linux-gnu", None)),
        ("_Unwind_RaiseException", None, None, RustBuild("x86_64-unknown-linux-musl", "unwind")),
        ("Rust cannot catch foreign exceptions", None, None, RustBuild("x86_64-unknown-linux-musl", "unwind")),
        (
            # glibc's own part of GCC, which a static program has inside whatever becomes of its panics
            "_Unwind_RaiseException\0gconv-modules\0/rustc/1.95.0/library/panic_abort/src/lib.rs",
            None,
            None,
            RustBuild("x86_64-unknown-linux-gnu", "abort"),
        ),
    ],
)
def test_the_target_goes_by_the_c_library_and_a_panic_by_who_raises_exceptions(
    text: str, interpreter: str | None, libc: str | None, build: RustBuild
) -> None:
    data = elf(interpreter=interpreter, kind=3, text=f"/rustc/{COMMIT}/library/std/src/panicking.rs\0{text}\0".encode())
    readable = elf_reader.read(data)
    assert readable is not None
    segments = tuple(each._replace(flags=5) if each.type == 1 else each for each in readable.segments)
    assert rust_build(readable._replace(segments=segments), data, libc) == build
    assert rust_build(readable, data, libc) is None  # in data that can be written it is no constant


def test_a_segment_beyond_the_file_is_no_trouble() -> None:
    data = elf(interpreter="/lib/ld.so", kind=3)
    whole = elf_reader.read(data)
    assert whole is not None
    segments = tuple(each._replace(flags=5, offset=1 << 40, filesz=1 << 40) for each in whole.segments)
    assert rust_source(whole._replace(segments=segments), data) is None
