"""Roots of Debian for another machine, and what `apt-get install` would bring into one.

Making a root of which programs of another machine are run takes minutes, so there apt-get is only a name: mmdebstrap
lets this machine's own apt choose and fetch the packages, for that machine and suite, and puts them in as they are.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.reality import foreign_roots

_PLACE, _RELEASE = "usr/bin/apt-get", "usr/lib/os-release"


def make(architecture: str, suite: str, path: Path) -> None:
    """In an empty directory; the suite by its name in os-release, whose package is not among those of such a root."""
    foreign_roots.make(architecture, suite, path)
    (path / _PLACE).parent.mkdir(exist_ok=True)
    (path / _PLACE).touch()
    (path / _RELEASE).write_text(f"ID=debian\nVERSION_CODENAME={suite}\n")


def is_in(root: Path) -> bool:
    """Whether that is such a root."""
    place = root / _PLACE
    return place.is_file() and not place.stat().st_size


def install(command: str, root: Path) -> None:
    """The packages that the command names, and all that they need, in a root that is made anew with them in it."""
    words = command.partition(" install ")[2].partition(" && ")[0].split()
    packages = [each for each in words if not each.startswith("-")]
    assert packages, command
    architecture = (root / "var/lib/dpkg/arch").read_text().strip()
    suite = (root / _RELEASE).read_text().partition("VERSION_CODENAME=")[2].strip()
    shutil.rmtree(root)
    root.mkdir(mode=0o755)
    foreign_roots.make(architecture, suite, root, *packages)
