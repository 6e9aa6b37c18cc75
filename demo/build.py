"""Builds the programs of the demo and of `samples/`, for x86-64 Linux, with toolchains that pip installs: Go and zig.

Everything that is written, caches included, lands below one directory; the home directory is never touched.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parent.parent
BUILD = PROJECT / ".build"
GLIBC = "x86_64-linux-gnu.2.36"
MUSL = "x86_64-linux-musl"

_HELLO = ("-O2", "-o", "{output}", "hello.c")


class Recipe(NamedTuple):
    """One program: the command that builds it, in which directory, and what it adds to the environment."""

    name: str
    command: tuple[str, ...]
    directory: str
    environment: tuple[tuple[str, str], ...] = ()


def recipes() -> tuple[Recipe, ...]:
    go = str(Path(sysconfig.get_path("scripts")) / "go")
    compiler = shlex.join(zig_cc(GLIBC, dynamic=True))
    with_c = (("CGO_ENABLED", "1"), ("CC", compiler))
    return (
        Recipe("httpd", (go, "build", "-o", "{output}", "."), "samples/go", with_c),
        Recipe("httpd-static", (go, "build", "-o", "{output}", "."), "samples/go", (("CGO_ENABLED", "0"),)),
        Recipe("hello-glibc", (*zig_cc(GLIBC, dynamic=True), *_HELLO), "samples/c"),
        Recipe("hello-musl", (*zig_cc(MUSL, dynamic=True), "-dynamic", *_HELLO), "samples/c"),
    )


def samples() -> tuple[Recipe, ...]:
    """The programs of the story in `samples/`: those of the demo, and the two that it leaves out."""
    go = str(Path(sysconfig.get_path("scripts")) / "go")
    with_c = (("CGO_ENABLED", "1"), ("CC", shlex.join((*zig_cc(MUSL, dynamic=True), "-dynamic"))))
    return (
        Recipe("hello-static", (*zig_cc(MUSL), "-static", *_HELLO), "samples/c"),  # takes longest
        *recipes(),
        Recipe("httpd-musl", (go, "build", "-o", "{output}", "."), "samples/go", with_c),
    )


def build(recipe: Recipe, directory: Path) -> Path:
    """The program, built where it is not yet there or older than its source; by one process at a time."""
    output = directory / recipe.name
    sources = list((PROJECT / recipe.directory).iterdir())
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / f".{recipe.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if output.exists() and all(output.stat().st_mtime > each.stat().st_mtime for each in sources):
            return output
        unfinished = directory / f"{recipe.name}.unfinished"
        command = [str(unfinished) if each == "{output}" else each for each in recipe.command]
        subprocess.run(command, cwd=PROJECT / recipe.directory, env=environment(dict(recipe.environment)), check=True)
        unfinished.rename(output)
    return output


def build_all(wanted: Iterable[Recipe], directory: Path) -> list[Path]:
    """All of them, several at a time: zig compiles a C library on one processor."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(build, wanted, repeat(directory)))


def zig_cc(target: str, *, dynamic: bool = False) -> tuple[str, ...]:
    """zig as a C compiler, without what it adds unasked and builds anew for each target, longer than all else takes:
    the sanitizer, and its runtime library where all is `dynamic` and nothing is taken from it on x86-64."""
    needless = ("-rtlib=none",) if dynamic and target.startswith("x86_64-") else ()
    return sys.executable, "-m", "ziglang", "cc", "-target", target, "-fno-sanitize=undefined", *needless


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the toolchains run in: their caches below BUILD, no downloads, nothing of the user's own settings for Go."""
    home = BUILD / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith(("GO", "CGO_", "ZIG_"))},
        "HOME": str(home),
        "GOCACHE": str(BUILD / "go-cache"),
        "GOPATH": str(BUILD / "go-path"),
        "GOENV": "off",
        "GOFLAGS": "-trimpath -buildvcs=false",
        "GOOS": "linux",
        "GOARCH": "amd64",
        "GOPROXY": "off",
        "GOTELEMETRY": "off",
        "GOTOOLCHAIN": "local",
        "ZIG_GLOBAL_CACHE_DIR": str(BUILD / "zig-cache"),
        "ZIG_LOCAL_CACHE_DIR": str(BUILD / "zig-cache"),
        **(more or {}),
    }


if __name__ == "__main__":
    for each in build_all(samples(), BUILD / "demo"):
        print(each.relative_to(PROJECT))
