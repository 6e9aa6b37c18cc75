"""The tools that tests use: which are here, how they are called, and what a test does without one.

A tool that is not there skips the test; with LIBCCHECK_REQUIRE=1 it fails it.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import NoReturn

import pytest
from demo.build import BUILD, PROJECT, environment, zig_cc

from tests import uclibc
from tests.extent import everything_required
from tests.uclibc import MissingError

__all__ = [
    "BUILD",
    "PROJECT",
    "MissingError",
    "command",
    "environment",
    "everything_required",
    "go_root",
    "missing",
    "rust_root",
    "version",
]

_ZIG = "zig:"
_UCLIBC = "uclibc:"


def command(tool: str, *, dynamic: bool = False) -> tuple[str, ...]:
    """How a tool is called: "gcc", "gcc -m32", "musl-gcc", "zig:<target>" (its C compiler), "uclibc:<generation>"
    (gcc for uClibc), "go", "patchelf", ...; dynamic: it links nothing statically."""
    if tool.startswith(_ZIG):
        if not importlib.util.find_spec("ziglang"):
            raise MissingError("ziglang is not installed in this environment")
        return zig_cc(tool[len(_ZIG) :], dynamic=dynamic)
    if tool.startswith(_UCLIBC):
        return *command("gcc"), *uclibc.options(tool[len(_UCLIBC) :])
    name, *options = tool.split()
    path = shutil.which(name, path=f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}")
    if not path:
        raise MissingError(f"{name} is not installed")
    if options and not _links(path, *options):
        raise MissingError(f"{tool} does not link a program here")
    return path, *options


@functools.cache
def go_root() -> Path:
    """Where Go is installed."""
    return Path(_said(*command("go"), "env", "GOROOT"))


@functools.cache
def rust_root() -> Path:
    """Where rustc and cargo are installed."""
    return Path(_said(*command("rustc"), "--print", "sysroot"))


def _said(*words: str) -> str:
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    if run.returncode:
        raise MissingError(f"{words[0]} does not work: {run.stderr.strip()[-300:]}")
    return run.stdout.strip()


@functools.cache
def version(tool: str) -> str:
    """Something that changes when the tool does."""
    if tool.startswith(_ZIG):
        package = importlib.util.find_spec("ziglang")
        return f"{zig_cc('any')} {os.stat(package.origin).st_mtime_ns if package and package.origin else None}"
    if tool.startswith(_UCLIBC):
        return f"{version('gcc')} {uclibc.built().name}"
    run = subprocess.run([command(tool)[0], "--version"], capture_output=True, check=False)
    return run.stdout.decode().partition("\n")[0]


def missing(what: object) -> NoReturn:
    """Give the test up for want of `what`: skipped, or failed where everything is to be there."""
    if everything_required():
        pytest.fail(f"{what} (LIBCCHECK_REQUIRE is set)", pytrace=False)
    pytest.skip(str(what))


@functools.cache
def _links(path: str, *options: str) -> bool:
    trial = [path, *options, "-x", "c", "-", "-o", os.devnull]
    return subprocess.run(trial, input=b"int main(void){return 0;}", capture_output=True, check=False).returncode == 0
