"""Roots for other machines: Debian's C library, its cache written by its own ldconfig, or Debian's musl."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests import toolchains
from tests.reality.emulators import EMULATORS
from tests.reality.programs.sources import ARCHITECTURES
from tests.reality.roots import Root, Roots, debian

_SUITES = ("bookworm", "trixie", "bullseye")
_GLIBC = "libc6,libgcc-s1,libstdc++6,zlib1g,libc-bin"
_MUSL = "musl"
_HAS_MUSL = ("i386", "arm64", "armhf", "s390x", "ppc64el")


class ForeignRoots(Roots):
    """Each is called by its architecture first."""

    def all(self) -> tuple[Root, ...]:
        made = []
        for name in ARCHITECTURES:
            suites = ("trixie",) if name == "riscv64" else _SUITES
            made += [_root(f"{name}-{suite}", _debian, name, suite) for suite in suites]
            if name in _HAS_MUSL:
                made += [_root(f"{name}-{suite}-musl", _musl, name, suite) for suite in suites]
        return tuple(made)


def of(architecture: str) -> list[str]:
    """The names of the roots for that architecture; the first has the C library that most programs find today."""
    return [name for name in FOREIGN_ROOTS.roots if name.partition("-")[0] == architecture]


def _root(name: str, make: Callable[[str, str, Path], None], architecture: str, suite: str) -> Root:
    return Root(name, partial(make, architecture, suite), ordinary=True)


def _debian(architecture: str, suite: str, path: Path) -> None:
    _extract(architecture, suite, path, _GLIBC)
    ldconfig = next(each for each in (path / "usr/sbin/ldconfig", path / "sbin/ldconfig") if each.exists())
    emulator = EMULATORS.get(architecture)
    command = [emulator.program(), str(ldconfig)] if emulator else [str(ldconfig)]
    subprocess.run([*command, "-r", str(path)], check=True, capture_output=True)


def _musl(architecture: str, suite: str, path: Path) -> None:
    _extract(architecture, suite, path, _MUSL)


def _extract(architecture: str, suite: str, path: Path, packages: str) -> None:
    """Packages as they are, none of their scripts run: nothing of it need run here."""
    mirror = _mirror()
    sources = (f"deb {mirror} {suite} main",) if mirror else ()
    debian(suite, path, variant="extract", packages=packages, architecture=architecture, sources=sources)


def _mirror() -> str | None:
    """Where this machine has its packages from, security updates aside: only they are not the same everywhere."""
    command = [*toolchains.command("apt-get"), "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return next((each for each in run.stdout.split() if "security" not in each), None)


FOREIGN_ROOTS = ForeignRoots()
