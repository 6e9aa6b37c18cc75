"""What npm and pip say of packages that there are once for glibc and once for musl: releases, and what they take."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from libccheck import read_program
from libccheck.dotted import dotted
from libccheck.facts.floor import musl_floor
from libccheck.facts.versions import number, wanted
from libccheck.kinds import kind_of
from libccheck.machines import machine_name
from libccheck.model import Elf
from libccheck.twins import CPUS, is_release
from tests.toolchains import MissingError

PYTHONS = ("3.9", "3.12")
TAGS = {
    # the oldest first: what a wheel is for, it is for newer ones too
    "glibc": ("manylinux2014", *(f"manylinux_2_{each}" for each in (17, 24, 26, 27, 28))),
    "musl": ("musllinux_1_1", "musllinux_1_2"),
}
_OF_GLIBC = ("libc.so.6", "libm.", "libmvec.", "libdl.", "libpthread.", "librt.", "libutil.", "libresolv.")
_OF_MUSL = ("libc.musl-", "libc.so")
_LOADERS = ("ld-linux", "ld-musl", "ld64.")
_SECONDS = 600


@cache
def npm_releases(name: str) -> tuple[str, ...]:
    """All of them, none for a package that is not there."""
    done = _run([_npm(), "view", name, "versions", "--json"])
    if done.returncode:
        if "E404" in done.stderr + done.stdout:
            return ()
        raise MissingError(f"npm view {name}: {done.stderr[-300:]}")
    found = json.loads(done.stdout or "[]")
    return tuple(each for each in ([found] if isinstance(found, str) else found) if is_release(each))


@cache
def pip_releases(name: str, libc: str, machine: str, python: str) -> tuple[str, ...]:
    """Those of which there is a wheel for that C library."""
    platforms = [f"--platform={tag}_{machine}" for tag in TAGS[libc]]
    done = _run(_pip("index", "versions", name, *platforms, "--only-binary=:all:", f"--python-version={python}"))
    match = re.search(r"Available versions: (.*)", done.stdout)
    if match is None and "No matching distribution" not in done.stderr:
        raise MissingError(f"pip index versions {name}: {done.stderr[-300:]}")
    return tuple(each for each in match[1].split(", ") if is_release(each)) if match else ()


def npm_needs(name: str, version: str, cpu: str, libc: str) -> list[str]:
    """What a package takes of an image, with all that npm installs with it."""
    with tempfile.TemporaryDirectory() as room:
        options = [f"--cpu={cpu}", "--os=linux", f"--libc={libc}", "--force", "--ignore-scripts", "--no-audit"]
        done = _run([_npm(), "install", "--prefix", room, *options, f"{name}@{version}"])
        if done.returncode:
            raise MissingError(f"npm install {name}@{version}: {done.stderr[-300:]}")
        needs = needs_of(Path(room), CPUS[cpu])
        if libc == "musl" and any(_is_of_glibc(each) for each in needs):
            raise MissingError(f"{name}@{version} is linked against glibc")
        return needs


def pip_needs(name: str, version: str, libc: str, machine: str) -> tuple[str, list[str]]:
    """The oldest tag under which pip has a wheel of it, and what that takes of an image."""
    for tag in TAGS[libc]:
        with tempfile.TemporaryDirectory() as room:
            options = [f"--platform={tag}_{machine}", "--only-binary=:all:", f"--python-version={PYTHONS[-1]}"]
            done = _run(_pip("install", "-q", "--no-deps", *options, "--target", room, f"{name}=={version}"))
            if not done.returncode:
                return tag, needs_of(Path(room), machine)
    raise MissingError(f"pip install {name}=={version} for {libc}, {machine}: {done.stderr[-300:]}")


def needs_of(room: Path, machine: str) -> list[str]:
    """As `libccheck.twins.Side` has them; libraries that lie there are not asked of an image."""
    elves = [elf for elf in map(_elf, sorted(room.rglob("*"))) if elf is not None and machine_name(elf) == machine]
    if not elves:
        raise MissingError(f"nothing in it is for {machine}")
    own = {each.name for each in room.rglob("*.so*")} | {elf.soname or "" for elf in elves}
    return common([need for elf in elves for need in _needs(elf, own)])


def common(needs: Iterable[str]) -> list[str]:
    """What is wanted of an image where all of these are; of each line of versions the newest."""
    found: dict[str, set[str]] = {}
    for name, _, versions in (each.partition(":") for each in needs):
        found.setdefault(name, set()).update(versions.split(",") if versions else ())
    return [f"{name}:{','.join(_newest(found[name]))}".rstrip(":") for name in sorted(found)]


def first_and_lacking(pairs: Iterable[tuple[Collection[str], Collection[str]]]) -> tuple[str, list[str]]:
    """Pairs of the releases for glibc and for musl: the first from which on there are both, and where there are not."""
    pairs = list(pairs)
    since = max((min(musl, key=dotted) for _, musl in pairs), key=dotted)
    later = {each for glibc, musl in pairs for each in {*glibc} ^ {*musl} if dotted(each) > dotted(since)}
    return since, sorted(later, key=dotted)


def _needs(elf: Elf, own: Collection[str]) -> Iterable[str]:
    for name in elf.needed:
        if name.startswith(_LOADERS) or name in own:
            continue
        if name.startswith(_OF_MUSL) and name not in _OF_GLIBC:
            yield f"libc:{musl_floor(elf).version or '1.1.0'}"
            continue
        versions = [each.version for each in wanted(elf) if each.library == name and not each.weak]
        if name.startswith(_OF_GLIBC):
            yield from (f"libc:{each.removeprefix('GLIBC_')}" for each in versions if each.startswith("GLIBC_2"))
            if name != "libc.so.6":
                yield name
        else:
            yield f"{name}:{','.join(each for each in versions if not each.startswith('GLIBC_'))}".rstrip(":")


def _is_of_glibc(need: str) -> bool:
    """Whether it is what only glibc's libraries are called or are asked for: musl has no release of 2."""
    name, _, version = need.partition(":")
    return name.startswith(_OF_GLIBC) or (name == "libc" and version.startswith("2."))


def _newest(versions: Iterable[str]) -> list[str]:
    """Of each line as GLIBCXX_3.4.1, GLIBCXX_3.4.9 the last one."""
    lines: dict[str, str] = {}
    for each in versions:
        line, _, tail = each.rpartition("_")
        if line not in lines or number(tail) > number(lines[line].rpartition("_")[2]):
            lines[line] = each
    return sorted(lines.values())


def _elf(path: Path) -> Elf | None:
    if path.is_symlink() or not path.is_file():
        return None
    program = read_program(str(path))
    return program.content.elf if kind_of(program) in ("static", "static-pie", "dynamic", "library") else None


def _npm() -> str:
    found = shutil.which("npm")
    if found is None:
        raise MissingError("npm is not installed")
    return found


def _pip(*words: str) -> list[str]:
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
