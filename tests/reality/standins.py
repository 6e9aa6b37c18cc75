"""What `apk add` would install, out of a published wheel: Alpine's packages cannot be fetched where these tests run.

musllinux wheels bring libraries of the Alpine that they are built on, under names of their own: real files of the same
packages, though of another release than the one that is predicted.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from tests.published.packages import programs

_WHEEL = "pypi:greenlet==3.1.1:musllinux_1_1_x86_64"
_FILES = {"libgcc": "libgcc_s.so.1", "libstdc++": "libstdc++.so.6"}
_WITH = {"libgcc": ("libgcc",), "libstdc++": ("libstdc++", "libgcc")}


def install(packages: Iterable[str], root: Path) -> None:
    """Each library by the name that programs ask for, and by the one that the others of the wheel know it by."""
    files = programs(_WHEEL)
    (root / "usr/lib").mkdir(parents=True, exist_ok=True)
    for name in {each for package in packages for each in _WITH[package]}:
        start = _FILES[name].partition(".so")[0]
        (found,) = (each for each in files if each.name.startswith(f"{start}-"))
        for target in (_FILES[name], found.name):
            shutil.copy(found, root / "usr/lib" / target)
