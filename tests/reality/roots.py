"""The roots that programs are started in: made of packages and of this machine's own files, or given by the user.

Made ones stay in a cache directory. LIBCCHECK_CACHE names it, LIBCCHECK_ROOTS a directory of roots or tar archives
of roots that somebody else has collected.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests import toolchains
from tests.alone import alone
from tests.extent import everything
from tests.reality import assembled, uclibc_roots

_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2")
_ATTEMPTS = 3
BY_APT = "libstdc++6,zlib1g,libgcc-s1"
"""What every published image has through apt, and the essential packages alone do not."""
_SUITES = ("bullseye", "bookworm", "trixie", "sid")


class _There(NamedTuple):
    """A root that lies extracted where the user has it."""

    path: Path


class Root(NamedTuple):
    """A root file system, made by `make` in an empty directory. `ordinary`: as a distribution gives it out."""

    name: str
    make: Callable[[Path], None] | _There
    ordinary: bool = False


class Roots:
    """All roots by name; each is made when first asked for."""

    def __init__(self) -> None:
        cache = os.environ.get("LIBCCHECK_CACHE")
        self.directory = Path(cache).resolve() if cache else toolchains.BUILD / "roots"
        self.roots = {each.name: each for each in self.all()}
        self._failed: dict[str, Exception] = {}

    def all(self) -> tuple[Root, ...]:
        """Those for programs of this machine; other collections have others."""
        return (*self._made(), *_given())

    def path(self, name: str) -> Path:
        """Where the root lies; MissingError where it cannot be had here."""
        make = self.roots[name].make
        if isinstance(make, _There):
            return make.path
        if name in self._failed:
            raise self._failed[name]
        try:
            return self.made(name, make)
        except Exception as error:
            self._failed[name] = error
            raise

    def made(self, name: str, make: Callable[[Path], None]) -> Path:
        """A directory of the cache that `make` fills where it is not there yet."""
        path = self.directory / name
        if not path.exists():
            with alone(path):
                if not path.exists():
                    self._make(path, make)
        return path

    def _make(self, path: Path, make: Callable[[Path], None]) -> None:
        with tempfile.TemporaryDirectory(dir=self.directory, ignore_cleanup_errors=True) as room:
            unfinished = Path(room) / "root"
            unfinished.mkdir()
            unfinished.chmod(0o755)
            make(unfinished)
            unfinished.rename(path)

    def _made(self) -> list[Root]:
        published = [Root(f"debian-{suite}", partial(debian, suite), ordinary=True) for suite in _SUITES]
        sources: dict[str, Callable[[], Path]] = {"host": partial(Path, "/")}
        sources.update((suite, partial(self.path, f"debian-{suite}")) for suite in _SUITES)
        recipes = (*assembled.roots(sources), *uclibc_roots.roots(all_variants=everything()))
        return [*published, *(Root(*recipe) for recipe in recipes)]


def debian(
    suite: str,
    path: Path,
    *,
    variant: str = "essential",
    packages: str = BY_APT,
    architecture: str = "",
    sources: tuple[str, ...] = (),
) -> None:
    """Fill an empty directory with Debian: a variant of mmdebstrap's, and packages besides.

    `sources` are lines as in sources.list, by default those that the suite has.
    """
    if os.getuid():
        raise toolchains.MissingError(f"a root of debian-{suite} is made by mmdebstrap as root")
    # What it mounts in the root is nobody else's: a server that starts meanwhile could never mount anything over it.
    unseen = [*toolchains.command("unshare"), "--mount"]
    command = [*unseen, *toolchains.command("mmdebstrap"), "--quiet", "--mode=root", f"--variant={variant}"]
    stale = "--aptopt=Acquire::Check-Valid-Until false"  # mirrors of sid lag behind; any of its days will do
    without = [f"--dpkgopt=path-exclude=/usr/share/{each}/*" for each in ("doc", "locale")]
    command += [f"--architectures={architecture}"] if architecture else []
    for _ in range(_ATTEMPTS):
        order = [*command, f"--include={packages}", stale, *without, suite, str(path), *sources]
        run = subprocess.run(order, capture_output=True, text=True, check=False)
        if not run.returncode:
            return
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
    raise RuntimeError(f"mmdebstrap {suite}, {_ATTEMPTS} times:\n{run.stderr[-2000:]}")


def given_archives() -> list[Path]:
    """The tar archives that LIBCCHECK_ROOTS holds."""
    return [each for each in _given_files() if each.name.endswith(_ARCHIVES)]


def _given() -> list[Root]:
    """What LIBCCHECK_ROOTS holds: directories as they are, archives to be extracted into the cache."""
    there = [Root(f"given-{each.name}", _There(each)) for each in _given_files() if each.is_dir()]
    return there + [Root(f"given-{each.name}", partial(_extract, each)) for each in given_archives()]


def _given_files() -> list[Path]:
    where = os.environ.get("LIBCCHECK_ROOTS")
    return sorted(Path(where).resolve().iterdir()) if where else []


def _extract(archive: Path, path: Path) -> None:
    """Owners only where we may set them; devices never: making them is root's, and nobody opens them."""
    with tarfile.open(archive) as file:
        members = (each for each in file if not each.isdev())
        file.extractall(path, members, numeric_owner=True, filter="fully_trusted")
    path.chmod(0o755)


ROOTS = Roots()
