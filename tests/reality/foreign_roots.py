"""Roots for other machines: Debian's C library, its cache written by its own ldconfig, or Debian's musl."""

from __future__ import annotations

import subprocess
from functools import partial
from pathlib import Path

from tests import toolchains
from tests.reality.emulators import EMULATORS
from tests.reality.programs.sources import ARCHITECTURES
from tests.reality.roots import Root, Roots, debian

_SUITES = ("bookworm", "trixie", "bullseye")
_NEWER = ("bookworm", "sid")
_SUITES_OF = {"riscv64": ("trixie", "sid"), "ppc64el": _NEWER, "s390x": _NEWER}
"""Where a suite is not had for that architecture from every mirror."""
_GLIBC = "libc6,libgcc-s1,libstdc++6,zlib1g,libc-bin"
_MUSL = "musl"


class ForeignRoots(Roots):
    """Each is called by its architecture first."""

    def all(self) -> tuple[Root, ...]:
        made = []
        for name in ARCHITECTURES:
            suites = _SUITES_OF.get(name, _SUITES)
            made += [Root(f"{name}-{suite}", partial(make, name, suite), ordinary=True) for suite in suites]
            made += [Root(f"{name}-{suite}-musl", partial(_musl, name, suite)) for suite in suites]
        return tuple(made)


def of(architecture: str) -> list[str]:
    """The names of the roots for that architecture; the first has the C library that most programs find today."""
    return [name for name in FOREIGN_ROOTS.roots if name.partition("-")[0] == architecture]


def make(architecture: str, suite: str, path: Path, *packages: str) -> None:
    """Debian's C library and these packages, in an empty directory."""
    _extract(architecture, suite, path, ",".join((_GLIBC, *packages)))
    ldconfig = next(each for each in (path / "usr/sbin/ldconfig", path / "sbin/ldconfig") if each.exists())
    emulator = EMULATORS.get(architecture)
    command = [emulator.program(), str(ldconfig)] if emulator else [str(ldconfig)]
    subprocess.run([*command, "-r", str(path)], check=True, capture_output=True)


def _musl(architecture: str, suite: str, path: Path) -> None:
    """Debian's own path file has this loader look in one directory only, in none of the usual ones."""
    _extract(architecture, suite, path, _MUSL)


def _extract(architecture: str, suite: str, path: Path, packages: str) -> None:
    """Packages as they are, none of their scripts run: nothing of it need run here."""
    mirror = _mirror()
    sources = (f"deb {mirror} {suite} main",) if mirror else ()
    debian(suite, path, variant="extract", packages=packages, architecture=architecture, sources=sources)
    for each in ("lib", "lib64", "sbin"):
        # From trixie on everything is packed below /usr, and the links to it belong to a package that needs others.
        if (path / "usr" / each).is_dir() and not (path / each).exists():
            (path / each).symlink_to(f"usr/{each}")


def _mirror() -> str | None:
    """Where this machine has its packages from, security updates aside: only they are not the same everywhere."""
    command = [*toolchains.command("apt-get"), "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return next((each for each in run.stdout.split() if "security" not in each), None)


FOREIGN_ROOTS = ForeignRoots()
