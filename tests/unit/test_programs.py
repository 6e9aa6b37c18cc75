"""Programs are read as the user names them; what cannot be read is one clear line."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from libccheck import read_program
from libccheck.content import content
from libccheck.errors import LibccheckError
from tests.forge import elf


def test_a_program_has_its_content_mode_size_and_bytes(tmp_path: Path) -> None:
    data = elf(kind=2, needed=["libc.so.6"])
    path = tmp_path / "app"
    path.write_bytes(data)
    path.chmod(0o4750)
    program = read_program(str(path))
    assert program.path == str(path)
    assert program.content == content(data)
    assert (program.mode, program.size, bytes(program.data)) == (0o4750, len(data), data)
    assert (program.digest, program.directory) == (None, False)


def test_the_digest_is_made_when_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "app"
    path.write_bytes(b"#!/bin/sh\n")
    assert read_program(str(path), digest=True).digest == hashlib.sha256(b"#!/bin/sh\n").hexdigest()


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"#!/bin/sh\n")
    (tmp_path / "app").symlink_to("real")
    assert read_program(str(tmp_path / "app")).content.head == b"#!/bin/sh\n"


def test_an_empty_file_is_a_program_of_no_bytes(tmp_path: Path) -> None:
    (tmp_path / "app").write_bytes(b"")
    program = read_program(str(tmp_path / "app"), digest=True)
    assert (program.size, program.content.head, bytes(program.data)) == (0, b"", b"")
    assert program.digest == hashlib.sha256(b"").hexdigest()


def test_a_directory_gets_its_verdict_too(tmp_path: Path) -> None:
    program = read_program(str(tmp_path))
    assert program.directory
    assert program.content.elf is None


def test_a_missing_program_is_one_line_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(LibccheckError, match=r"cannot read .*/no: no such file or directory") as raised:
        read_program(str(tmp_path / "no"))
    assert (raised.value.subject, raised.value.status) == (str(tmp_path / "no"), 3)
    assert raised.value.hint


def test_a_fifo_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LibccheckError, match="neither a file nor a directory"):
        read_program(str(tmp_path / "pipe"))


def test_a_device_is_refused() -> None:
    with pytest.raises(LibccheckError, match="neither a file nor a directory"):
        read_program("/dev/null")


def test_a_program_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "app").write_bytes(b"x")
    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(LibccheckError, match="permission denied") as raised:
        read_program(str(tmp_path / "app"))
    assert "may read it" in raised.value.hint


@pytest.mark.parametrize("name", ["a\0b", "x" * 300])
def test_a_name_that_no_file_can_have_is_refused(name: str) -> None:
    with pytest.raises(LibccheckError, match="cannot read"):
        read_program(name)
