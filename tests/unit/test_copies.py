"""What `--copy` reads from this machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from libccheck.copies import read_copy
from libccheck.errors import LibccheckError
from libccheck.model import Directory, File, Link, Special
from tests.forge import elf


def test_a_directory_with_its_links_modes_and_content(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir(0o755)
    (tmp_path / "lib" / "libx.so.1").write_bytes(elf(soname="libx.so.1"))
    (tmp_path / "lib" / "libx.so").symlink_to("libx.so.1")
    (tmp_path / "lib" / "gone").symlink_to("/nowhere")
    (tmp_path / "lib" / "tool").write_text("#!/bin/sh\n")
    (tmp_path / "lib" / "tool").chmod(0o750)
    os.mkfifo(tmp_path / "lib" / "pipe")
    nodes = read_copy(str(tmp_path / "lib"), "/lib").nodes
    assert set(nodes) == {"", "libx.so.1", "libx.so", "gone", "tool", "pipe"}
    assert isinstance(nodes[""], Directory)
    assert nodes["libx.so"] == Link("libx.so.1")
    assert nodes["gone"] == Link("/nowhere")
    assert isinstance(nodes["pipe"], Special)
    library, tool = nodes["libx.so.1"], nodes["tool"]
    assert isinstance(library, File)
    assert isinstance(tool, File)
    found = library.load().elf
    assert found is not None
    assert found.soname == "libx.so.1"
    assert tool.mode == 0o750
    assert tool.load().head == b"#!/bin/sh\n"


def test_text_is_kept_wherever_it_may_land(tmp_path: Path) -> None:
    (tmp_path / "passwd").write_text("app:x:1:1:::\n")
    node = read_copy(str(tmp_path / "passwd"), "/etc/").nodes[""]
    assert isinstance(node, File)
    assert node.load().text == b"app:x:1:1:::\n"


def test_a_source_that_is_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("file")
    assert isinstance(read_copy(str(tmp_path / "link"), "/x").nodes[""], File)


def test_a_source_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(LibccheckError, match="no such file or directory"):
        read_copy(str(tmp_path / "nothing"), "/x")


def test_a_directory_deeper_than_recursion_goes(tmp_path: Path) -> None:
    place = tmp_path
    for _ in range(400):
        place = place / "deep"
    place.mkdir(parents=True)
    assert len(read_copy(str(tmp_path), "/x").nodes) == 401
