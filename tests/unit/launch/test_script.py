from __future__ import annotations

import pytest

from libccheck.launch.script import Line, is_script, not_a_program, read

_LONG = "/" + "x" * 251  # with "#!" the buffer holds one byte more than it


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (b"#!/bin/sh\n", Line("/bin/sh", None)),
        (b"#!/bin/sh", Line("/bin/sh", None)),
        (b"#! \t/bin/sh\n", Line("/bin/sh", None)),
        (b"#!/bin/sh  \t\n", Line("/bin/sh", None)),
        (b"#!/bin/sh -e\n", Line("/bin/sh", "-e")),
        (b"#!/bin/sh\t-e -x  \n", Line("/bin/sh", "-e -x")),
        (b"#!bin/sh\n", Line("bin/sh", None)),
        (b'#!"/bin/sh"\n', Line('"/bin/sh"', None)),
    ],
)
def test_first_word_is_the_interpreter_and_all_the_rest_one_argument(head: bytes, line: Line) -> None:
    assert read(head) == line


@pytest.mark.parametrize("head", [b"#!\n", b"#!  \n", b"#!\t\n", b"#!" + b" " * 254])
def test_line_that_names_nothing_is_refused(head: bytes) -> None:
    assert is_script(head)
    assert read(head) is None


def test_two_bytes_name_the_empty_path() -> None:
    assert read(b"#!") == Line("", None)


def test_blank_at_the_end_of_the_file_makes_an_empty_argument() -> None:
    assert read(b"#!/bin/sh ") == Line("/bin/sh", "")


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (b"#!/bin/sh\r\n", Line("/bin/sh\r", None)),
        (b"#!/bin/sh -e\r\n", Line("/bin/sh", "-e\r")),
        (b"#!/usr/bin/env bash\r\n", Line("/usr/bin/env", "bash\r")),
    ],
)
def test_carriage_return_is_an_ordinary_character(head: bytes, line: Line) -> None:
    assert read(head) == line


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (b"#!/bin/sh\0-e\n", Line("/bin/sh", None)),
        (b"#!/bin/sh -e\0-x\n", Line("/bin/sh", "-e")),
        (b"#!\0/bin/sh\n", Line("", None)),
    ],
)
def test_nul_ends_a_name_and_hides_the_newline(head: bytes, line: Line) -> None:
    assert read(head) == line


def test_name_that_may_go_on_beyond_the_buffer_is_refused() -> None:
    assert read(f"#!{_LONG}x\n".encode()) == Line(f"{_LONG}x", None)
    assert read(f"#!{_LONG}xx\n".encode()) is None
    assert read(f"#!{_LONG}x y\n".encode()) == Line(f"{_LONG}x", None)


def test_argument_is_cut_where_the_buffer_ends() -> None:
    assert read(b"#!/i " + b"x" * 300 + b"\n") == Line("/i", "x" * 250)


def test_only_the_first_256_bytes_count() -> None:
    assert read(b"#!/i " + b"x" * 300) == read((b"#!/i " + b"x" * 300)[:256])


@pytest.mark.parametrize("head", [b"", b"#", b" #!/bin/sh\n", b"\xef\xbb\xbf#!/bin/sh\n", b"\n#!/bin/sh\n"])
def test_what_does_not_begin_with_the_two_characters_is_no_script(head: bytes) -> None:
    assert not is_script(head)


def test_bytes_that_are_no_text_are_kept() -> None:
    assert read(b"#!\xff\xfe\n") == Line("\udcff\udcfe", None)


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (b"MZ\0", "is a Windows program"),
        (b"\xcf\xfa\xed\xfe\0", "is a macOS program"),
        (b"\xce\xfa\xed\xfe\0", "is a macOS program"),
        (b"\xca\xfe\xba\xbe\0", "is a macOS universal program or a Java class"),
        (b"\xef\xbb\xbf#!/bin/sh\n", "begins with a byte order mark"),
        (b"!<arch>\n", "is a static library"),
        (b"version https://git-lfs.github.com/spec/v1\n", "is a git-lfs pointer"),
        (b"echo\n", "is text without a #! line"),
        (b"#!\n", "has a #! line that the kernel cannot read"),
    ],
)
def test_what_is_no_program_is_known_by_how_it_begins(head: bytes, why: str) -> None:
    assert not_a_program(head, len(head)) == why
    assert not_a_program(head, 0) == "is empty"
