"""What is placed into an image, as an archive: paths that links lead to, parents, modes, owners, bytes."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from libccheck.checking import check
from libccheck.copies import read_copy
from libccheck.errors import LibccheckError
from libccheck.model import Directory, Link
from libccheck.verify.packing import archive, placed
from tests.values import image, program

IMAGE = image({"/usr": Directory(0o755, 0, 0), "/usr/lib": Directory(0o755, 0, 0), "/lib": Link("usr/lib")})


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "lib/deep").mkdir(parents=True)
    (tmp_path / "lib/deep/libx.so.1").write_bytes(b"library")
    (tmp_path / "lib/deep/libx.so.1").chmod(0o640)
    (tmp_path / "lib/libx.so").symlink_to("deep/libx.so.1")
    return tmp_path / "lib"


def test_copies_and_program_land_where_links_lead(source: Path) -> None:
    copies = (read_copy(str(source), "/lib/own"),)
    (only,) = check([program(b"#!/bin/sh\n")], [IMAGE], at="/opt/app/", copies=copies).checks
    with archive(placed(only, copies)) as file, tarfile.open(fileobj=file) as packed:
        members = {each.name: each for each in packed.getmembers()}
        assert list(members) == [
            "opt", "opt/app", "usr/lib/own", "usr/lib/own/deep", "usr/lib/own/libx.so", "usr/lib/own/deep/libx.so.1",
            only.place[1:],
        ]  # fmt: skip
        assert members["usr/lib/own/libx.so"].linkname == "deep/libx.so.1"
        library = members["usr/lib/own/deep/libx.so.1"]
        assert (library.mode, library.uid, library.gid) == (0o640, 0, 0)
        opened = packed.extractfile(library)
        assert opened
        assert opened.read() == b"library"
        assert members["opt/app"].isdir()
        assert members["opt/app"].mode == 0o755
        opened = packed.extractfile(only.place[1:])
        assert opened
        assert opened.read() == b"#!/bin/sh\n"


def test_the_program_replaces_a_copy_of_its_path(source: Path) -> None:
    (source / "run").write_bytes(b"other")
    copies = (read_copy(str(source), "/app"),)
    (only,) = check([program(b"#!/bin/sh\n")], [IMAGE], at="/app/run", copies=copies).checks
    assert [each.path for each in placed(only, copies)].count("/app/run") == 1
    assert placed(only, copies)[-1].open().read() == b"#!/bin/sh\n"


def test_a_socket_cannot_be_placed(tmp_path: Path) -> None:
    os.mknod(tmp_path / "socket", 0o140755)
    copies = (read_copy(str(tmp_path), "/opt"),)
    (only,) = check([program(b"x")], [IMAGE], copies=copies).checks
    with pytest.raises(LibccheckError, match="it is a device or a socket"), archive(placed(only, copies)):
        pass
