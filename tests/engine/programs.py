"""The programs that containers and shells are asked to run, and the roots that they are laid over."""

from __future__ import annotations

import os
from pathlib import Path

from tests import toolchains
from tests.reality.programs import sources
from tests.reality.reality import ANNOUNCEMENT
from tests.reality.workshop import Built, Content, Workshop

WORKSHOP = Workshop(toolchains.BUILD / "corpus")
ROOTS = ("empty", "static-busybox", "musl", "minimal-host", "whole-host")

_DEEPEST = 7
_ECHO = f"echo {ANNOUNCEMENT}\n"
_HELLO = f'#include <stdio.h>\nint main(void) {{ puts("{ANNOUNCEMENT}"); return 0; }}\n'
_USES_FOO = sources.USES_FOO.replace("sleep(1); ", "")  # a container ends by itself
_FOO = Built("gcc", sources.FOO, ("-shared", "-fPIC", "-Wl,-soname,libfoo.so.1"), name="libfoo.so.1")
_ONE = sources.library("gcc", sources.FOO, versions="FOO_1 { global: foo; local: *; };\n")
_TWO = sources.library("gcc", sources.FOO, versions="FOO_1 { };\nFOO_2 { global: foo; local: *; } FOO_1;\n")
_NONE = sources.library("gcc", sources.OTHER)
_OWN = ("-Wl,-rpath,$ORIGIN/{}", "-Wl,-z,now")


def _with_library(directory: str, linked: Built) -> Built:
    options = tuple(each.format(directory) for each in _OWN)
    return Built("gcc", _USES_FOO, options, (linked,))


def _script(line: str, rest: str = _ECHO) -> bytes:
    return (line + rest).encode()


FILES: dict[str, tuple[Content, int]] = {
    # below /app: content and mode
    "glibc": (Built("gcc", _HELLO, ("-O1",)), 0o755),
    "musl": (Built("musl-gcc", _HELLO, ("-O1",)), 0o755),
    "static": (Built("gcc", _HELLO, ("-O1", "-static")), 0o755),
    "lacks-library": (Built("gcc", _USES_FOO, (), (_FOO,)), 0o755),
    "lacks-version": (_with_library("one", _TWO), 0o755),
    "one/libfoo.so": (_ONE, 0o644),
    "lacks-symbol": (_with_library("none", sources.library("gcc", sources.FOO)), 0o755),
    "none/libfoo.so": (_NONE, 0o644),
    "library": (_FOO, 0o755),
    "arm64": (sources.foreign("zig:aarch64-linux-musl"), 0o755),
    "not-executable": (Built("gcc", _HELLO, ("-O1", "-static")), 0o644),
    "sh": (_script("#!/bin/sh\n"), 0o755),
    "bash": (_script("#!/bin/bash\n"), 0o755),
    "env-bash": (_script("#!/usr/bin/env bash\n"), 0o755),
    "crlf": (_script("#!/bin/sh\r\n"), 0o755),
    "no-line": (_ECHO.encode(), 0o755),
    "mark": (b"\xef\xbb\xbf" + _script("#!/bin/sh\n"), 0o755),
    "nothing": (b"", 0o755),
    "odd-loader": (Built("gcc", _HELLO, ("-Wl,--dynamic-linker=/nix/store/x/ld-linux-x86-64.so.2",)), 0o755),
    "loader-is-a-directory": (Built("gcc", _HELLO, ("-Wl,--dynamic-linker=/etc",)), 0o755),
    "loader-is-text": (Built("gcc", _HELLO, ("-Wl,--dynamic-linker=/app/sh",)), 0o755),
    "nested-1": (_script("#!/bin/sh\n"), 0o755),
    **{f"nested-{each}": (_script(f"#!/app/nested-{each - 1}\n"), 0o755) for each in range(2, _DEEPEST + 1)},
}
_SPARE = ("one/libfoo.so", "none/libfoo.so", *(f"nested-{each}" for each in range(2, _DEEPEST)))
PATHS = (
    *(f"/app/{name}" for name in FILES if name not in _SPARE),
    "/app/fifo",
    "/app",
    "/app/missing",
    "/app/sh/below-a-file",
    "missing",  # and those that PATH leads to
    "static",
    "not-executable",
    "crlf",
    "one",
    "fifo",
)
PATH = "/app:/usr/local/bin:/usr/bin:/bin"


def lay_out(directory: Path) -> None:
    """All files below `directory`/app, to lie over a root; MissingError where a tool is not there."""
    for name, (content, mode) in FILES.items():
        path = directory / "app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(WORKSHOP.read(content))
        path.chmod(mode)
    os.mkfifo(directory / "app/fifo")
    (directory / "app/fifo").chmod(0o755)
    for each in (directory, *(path for path in directory.rglob("*") if path.is_dir())):
        each.chmod(0o755)
