"""What `apk add` would install, out of a published wheel: Alpine's packages cannot be fetched where these tests run.

musllinux wheels bring libraries of the Alpine that they are built on, under names of their own: real files of the same
packages, though of another release than the one that is predicted. A shell that is asked for as a command is Debian's
static one. Of gcompat there is what `tests/reality/gcompat.py` makes, with the names and links of the package.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from tests import toolchains
from tests.published.packages import programs
from tests.reality import gcompat

_WHEEL = "pypi:greenlet==3.1.1:musllinux_1_1_x86_64"
_FILES = {"libgcc": "libgcc_s.so.1", "libstdc++": "libstdc++.so.6"}
_WITH = {"libgcc": ("libgcc",), "libstdc++": ("libstdc++", "libgcc")}
_PROVIDES = {f"so:{file}": package for package, file in _FILES.items()}
_COMMANDS = {"cmd:bash": ("bash-static", "bin/bash")}


def install(words: Iterable[str], root: Path) -> None:
    """By the name of a package, or by what it provides."""
    packages = []
    for each in words:
        if each in _COMMANDS:
            tool, path = _COMMANDS[each]
            shutil.copy(toolchains.command(tool)[0], root / path)
        elif each == "gcompat":
            gcompat.install(root)
        else:
            packages.append(_PROVIDES.get(each, each))
    if packages:
        _install_libraries({name for package in packages for name in _WITH[package]}, root)


def _install_libraries(packages: Iterable[str], root: Path) -> None:
    """Each library by the name that programs ask for, and by the one that the others of the wheel know it by."""
    files = programs(_WHEEL)
    (root / "usr/lib").mkdir(parents=True, exist_ok=True)
    for name in packages:
        start = _FILES[name].partition(".so")[0]
        (found,) = (each for each in files if each.name.startswith(f"{start}-"))
        for target in (_FILES[name], found.name):
            shutil.copy(found, root / "usr/lib" / target)
