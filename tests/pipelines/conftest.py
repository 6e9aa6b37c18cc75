"""A checkout of a project with programs and Dockerfiles, and libccheck as a pipeline has installed it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import libccheck
from tests.dockerfiles.cases import MODULE, SERVER, two
from tests.forge import GLIBC, elf

SOURCES = str(Path(libccheck.__path__[0]).parent)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    place = tmp_path / "checkout"
    (place / "dist").mkdir(parents=True)
    for name, data in (("server", elf(interpreter=GLIBC)), ("static tool", elf(kind=2))):
        (place / "dist" / name).write_bytes(data)
        (place / "dist" / name).chmod(0o755)
    (place / "Dockerfile").write_text(two("golang:1.25-bookworm", "go build -o /app .", "alpine:3.20"))
    (place / "static.Dockerfile").write_text(two("golang:1.25", "CGO_ENABLED=0 go build -o /app .", "scratch"))
    (place / "go.mod").write_text(MODULE)
    (place / "main.go").write_text(SERVER)
    return place


def install(scripts: Path) -> None:
    """`libccheck` in that directory is the one that is tested."""
    scripts.mkdir(parents=True)
    command = f'#!/bin/sh\nPYTHONPATH={SOURCES} exec {sys.executable} -m libccheck "$@"\n'
    (scripts / "libccheck").write_text(command)
    (scripts / "libccheck").chmod(0o755)
    (scripts / "pip").symlink_to(os.path.realpath("/bin/true"))
