"""What is kept of a file's bytes."""

from __future__ import annotations

import pytest

from libccheck.content import content, is_text
from tests.elves import build


def test_of_an_elf_file_the_magic_is_kept_and_its_facts() -> None:
    found = content(build(machine=40), "usr/lib/os-release")
    assert found.head == b"\x7fELF"
    assert found.elf is not None
    assert found.elf.machine == 40
    assert found.text is None


def test_of_another_file_the_first_256_bytes_are_kept() -> None:
    found = content(b"#!/bin/sh\n" + b"x" * 1000, "bin/tool")
    assert found.head == b"#!/bin/sh\n" + b"x" * 246
    assert (found.elf, found.loader, found.text) == (None, None, None)


def test_a_memoryview_is_as_good_as_bytes() -> None:
    assert content(memoryview(b"root:x:0:0\n"), "/etc/passwd") == content(b"root:x:0:0\n", "etc/passwd")


@pytest.mark.parametrize(
    "path",
    ["etc/ld.so.cache", "/etc/ld.so.preload", "etc/ld-musl-x86_64.path", "etc/passwd", "etc/group", "etc/os-release",
     "usr/lib/os-release", "etc/alpine-release", "etc/debian_version", "etc/ld.so.conf", "etc/ld.so.conf.d/x.conf",
     "usr/glibc-compat/etc/ld.so.cache"],
)  # fmt: skip
def test_the_files_that_are_read_as_text_keep_their_text(path: str) -> None:
    assert is_text(path)
    assert content(b"text", path).text == b"text"
    assert content(b"", path).text == b""


@pytest.mark.parametrize(
    "path", ["", "etc/shadow", "home/etc/passwd", "passwd", "etc/ld-musl-x86_64.paths", "usr/etc/group"]
)
def test_no_other_text_is_kept(path: str) -> None:
    assert not is_text(path)
    assert content(b"text", path).text is None


def test_text_is_kept_up_to_a_mebibyte() -> None:
    found = content(b"x" * ((1 << 20) + 1), "etc/passwd")
    assert found.text == b"x" * (1 << 20)
