"""Programs in real containers: exit status and every word are what was predicted for them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from libccheck import open_image
from libccheck.launch import launch
from libccheck.model import Died, Host, Launch, Process, Refused, Started
from libccheck.process import DEFAULT_PATH
from libccheck.tree import Tree
from libccheck.wording import exit_status, older, seen
from tests import toolchains
from tests.engine.engine import Engine, Ran, Runc
from tests.reality.programs.sources import FOO, HELLO, USES_FOO
from tests.reality.reality import ANNOUNCEMENT
from tests.reality.roots import Roots
from tests.reality.workshop import Built, Content, Workshop

_ROOTS = ("empty", "static-busybox", "musl", "minimal-host", "whole-host")
_WORKSHOP = Workshop(toolchains.BUILD / "corpus")
_ECHO = f"echo {ANNOUNCEMENT}\n"
_FOO = Built("gcc", FOO, ("-shared", "-fPIC", "-Wl,-soname,libfoo.so.1"), name="libfoo.so.1")

_FILES: dict[str, tuple[Content, int]] = {
    "glibc": (Built("gcc", HELLO, ("-O1",)), 0o755),
    "musl": (Built("musl-gcc", HELLO, ("-O1",)), 0o755),
    "static": (Built("gcc", HELLO, ("-O1", "-static")), 0o755),
    "lacks-library": (Built("gcc", USES_FOO, (), (_FOO,)), 0o755),
    "arm64": (Built("zig:aarch64-linux-musl", HELLO, ("-static",)), 0o755),
    "not-executable": (Built("gcc", HELLO, ("-O1", "-static")), 0o644),
    "sh": (f"#!/bin/sh\n{_ECHO}".encode(), 0o755),
    "bash": (f"#!/bin/bash\n{_ECHO}".encode(), 0o755),
    "env-bash": (f"#!/usr/bin/env bash\n{_ECHO}".encode(), 0o755),
    "crlf": (f"#!/bin/sh\r\n{_ECHO}".encode(), 0o755),
    "no-line": (_ECHO.encode(), 0o755),
    "mark": (b"\xef\xbb\xbf" + f"#!/bin/sh\n{_ECHO}".encode(), 0o755),
    "nothing": (b"", 0o755),
    "odd-loader": (Built("gcc", HELLO, ("-Wl,--dynamic-linker=/nix/store/x/ld-linux-x86-64.so.2",)), 0o755),
}
_PATHS = (*(f"/app/{name}" for name in _FILES), "/app", "/app/missing", "missing")


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All programs, to lie over each root."""
    directory = tmp_path_factory.mktemp("layer")
    directory.chmod(0o755)
    (directory / "app").mkdir(mode=0o755)
    for name, (content, mode) in _FILES.items():
        try:
            (directory / "app" / name).write_bytes(_WORKSHOP.read(content))
        except toolchains.MissingError as error:
            toolchains.missing(error)
        (directory / "app" / name).chmod(mode)
    return directory


@pytest.fixture(scope="module")
def images(engine: Engine, roots: Roots, layer: Path) -> Iterator[dict[str, str]]:
    names = {}
    for root in _ROOTS:
        try:
            path = roots.path(root)
        except toolchains.MissingError as error:
            toolchains.missing(error)
        names[root] = f"libccheck/{root}:test"
        engine.import_root((path, layer), names[root])
    yield names
    shutil.rmtree(layer)


@pytest.mark.parametrize("path", _PATHS)
@pytest.mark.parametrize("root", _ROOTS)
def test_a_container_ends_as_predicted(
    engine: Engine, images: dict[str, str], monkeypatch: pytest.MonkeyPatch, root: str, path: str
) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine.address)
    process = Process((path,), (("PATH", DEFAULT_PATH),))
    predicted = launch(_opened(images[root]), path, process, Host("x86_64"))
    ran = engine.run(images[root], entrypoint=path)
    _compare(predicted, process, ran, engine.runc())


_TREES: dict[str, Tree] = {}


def _opened(name: str) -> Tree:
    if name not in _TREES:
        _TREES[name] = open_image(f"docker:{name}").tree
    return _TREES[name]


def _compare(predicted: Launch, process: Process, ran: Ran, runc: Runc) -> None:
    outcome = predicted.outcome
    if isinstance(outcome, Started):
        assert ran == Ran(0, f"{ANNOUNCEMENT}\n", outcome.stderr)
    elif isinstance(outcome, Died):
        assert ran == Ran(exit_status(predicted)["docker"] or 0, "", outcome.stderr)
    else:
        assert isinstance(outcome, Refused)
        words, status = seen(predicted, process)["docker"], exit_status(predicted)["docker"]
        if runc.go < (1, 20):
            words = older(predicted, process).get("runc built with Go up to 1.19", words)
        assert words
        assert words in ran.stderr
        assert ran.status == (1 if status == 255 and runc.version < (1, 2) else status)
