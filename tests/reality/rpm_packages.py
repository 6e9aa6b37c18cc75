"""Roots with a package database of rpm's, and a repository for them: what dnf and zypper need to do what a remedy says.

No distribution of rpm's can be fetched where these tests run. So a root has this machine's glibc in a package of its
own, as if Fedora or openSUSE had packed it; rpmbuild makes every package, and it is rpm's own generator that notes what
each one provides. dnf and zypper are this machine's: they work on the root from outside, and have no network.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests import toolchains
from tests.reality.foreign_roots import FOREIGN_ROOTS
from tests.reality.roots import ROOTS

_TOOLS = ("rpmbuild", "rpm", "createrepo_c")
_MANAGERS = {
    # the manager: os-release, where its repositories are listed, how it is told of the root
    "dnf": ("ID=fedora\nVERSION_ID=41\n", "etc/yum.repos.d", "--installroot={root} --releasever=41"),
    "zypper": ("ID=opensuse-leap\nVERSION_ID=15.6\n", "etc/zypp/repos.d", "--root={root}"),
}
_DATABASE = "/var/lib/rpm"
_EXAMPLE = "libexample.so.1"
_OPENSSL = ("OPENSSL_3.0.0", "OPENSSL_3.2.0")
_PLACES = ("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib")


class _Package(NamedTuple):
    """files: the path in the root to where the file is; provides: what no generator notes."""

    name: str
    version: str
    files: Mapping[str, Path]
    provides: str = ""


def root(manager: str) -> Path:
    """The root of one that has that manager; MissingError where it cannot be made here."""
    if os.getuid():
        raise toolchains.MissingError("a root of rpm's is made as root")
    for each in (*_TOOLS, manager):
        toolchains.command(each)
    name = f"rpm-{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]}"
    return ROOTS.made(name, functools.partial(_fill, ROOTS.directory / name)) / manager


def wide_root() -> Path:
    """One of dnf's that keeps 64-bit libraries to themselves, with a repository that has a glibc of 32 bits."""
    narrow = root("dnf")
    name = f"{narrow.parent.name}-wide"
    return ROOTS.made(name, functools.partial(_fill_wide, ROOTS.directory / name, narrow)) / "root"


def is_for(command: str) -> bool:
    """Whether one of these managers is called."""
    return command.partition(" ")[0] in _MANAGERS


def install(command: str, changed: Path, room: Path) -> None:
    """As the command says."""
    ran = run(command, changed, room)
    assert not ran.returncode, f"{command}\n{ran.stdout[-1000:]}\n{ran.stderr}"


def run(command: str, changed: Path, room: Path) -> subprocess.CompletedProcess[str]:
    """The command as it stands, with a manager of that name in PATH that works on that root."""
    manager = command.partition(" ")[0]
    tools = room / "managers"
    tools.mkdir()
    where = _MANAGERS[manager][2].format(root=changed)
    (tools / manager).write_text(f'#!/bin/sh\nexec {toolchains.command(manager)[0]} {where} "$@"\n')
    (tools / manager).chmod(0o755)
    (room / ".rpmmacros").write_text(f"%_dbpath {_DATABASE}\n")  # Debian's rpm would have it in a home directory
    log = {"ZYPP_LOGFILE": str(room / "zypper.log")}
    environment = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C", "HOME": str(room), **log}
    words = ["unshare", "--net", "sh", "-c", command]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)


def _fill(final: Path, path: Path) -> None:
    """`final` is where `path` comes to lie."""
    made, repository, room = path / "made", path / "repository", path / "room"
    for each in (repository, room):
        each.mkdir()
    shutil.copytree(ROOTS.path("whole-host"), made, symlinks=True)
    (made / "bin").rename(made / "usr/bin.other")
    for each in (made / "usr/bin.other").iterdir():
        each.rename(made / "usr/bin" / each.name)
    (made / "usr/bin.other").rmdir()
    (made / "bin").symlink_to("usr/bin")
    taken = {each: _moved(made / "usr/lib" / each, room) for each in ("libstdc++.so.6", "libgcc_s.so.1")}
    glibc = {f"/usr/lib/{each.name}": each for each in sorted((made / "usr/lib").iterdir())}
    old, new = (_example(room, each) for each in (("EXAMPLE_1",), ("EXAMPLE_1", "EXAMPLE_2")))
    bash, terminal = _found("bash", ("/usr/bin", "/bin")), _found("libtinfo.so.6", _PLACES)
    there = (
        _Package("glibc", "2.41", glibc, "rtld(GNU_HASH)"),
        _Package("example-libs", "1.0", {f"/usr/lib/{_EXAMPLE}": old}),
    )
    others = (
        *(
            _Package(name, "14.2", {f"/usr/lib/{file}": taken[file]})
            for name, file in (("libstdc++", "libstdc++.so.6"), ("libgcc", "libgcc_s.so.1"))
        ),
        _Package("example-libs", "2.0", {f"/usr/lib/{_EXAMPLE}": new}),
        _Package("openssl-libs", "3.2", {"/usr/lib/libssl.so.3": _library(room, "libssl.so.3", _OPENSSL, "SSL_new")}),
        _Package("bash", "5.2", {"/usr/bin/bash": bash}),
        _Package("ncurses-libs", "6.5", {"/usr/lib/libtinfo.so.6": terminal}),
    )
    shutil.copy(old, made / "usr/lib" / _EXAMPLE)
    for package in there:
        _enter(_built(package, room), made)
    for package in others:
        shutil.copy(_built(package, room), repository)
    _run("createrepo_c", "-q", str(repository))
    listed = f"[made]\nname=made\nbaseurl=file://{final / 'repository'}\ngpgcheck=0\n"
    for manager, (release, repositories, _) in _MANAGERS.items():
        shutil.copytree(made, path / manager, symlinks=True)
        (path / manager / "usr/bin" / manager).touch(0o755)
        (path / manager / "etc/os-release").write_text(release)
        (path / manager / repositories).mkdir(parents=True)
        (path / manager / repositories / "made.repo").write_text(listed)
    shutil.rmtree(made)
    shutil.rmtree(room)


def _fill_wide(final: Path, narrow: Path, path: Path) -> None:
    made, repository, room = path / "root", path / "repository", path / "room"
    for each in (repository, room):
        each.mkdir()
    shutil.copytree(narrow, made, symlinks=True)
    shutil.rmtree(made / "var")
    (made / "usr/lib" / _EXAMPLE).unlink()
    (made / "usr/lib").rename(made / "usr/lib64")
    (made / "usr/lib").mkdir()
    (made / "lib64").unlink()
    (made / "lib64").symlink_to("usr/lib64")
    there = {f"/usr/lib64/{each.name}": each for each in sorted((made / "usr/lib64").iterdir())}
    _enter(_built(_Package("glibc", "2.41", there, "rtld(GNU_HASH)"), room), made)
    source = FOREIGN_ROOTS.path("i386-bookworm") / "lib/i386-linux-gnu"
    small = {f"/usr/lib/{each}": source / each for each in ("ld-linux.so.2", "libc.so.6", "libm.so.6")}
    package = _Package("glibc", "2.41", small, "rtld(GNU_HASH)")
    shutil.copy(_built(package, room / "small", "--target=i686"), repository)
    _run("createrepo_c", "-q", str(repository))
    listed = made / _MANAGERS["dnf"][1] / "made.repo"
    listed.write_text(f"[made]\nname=made\nbaseurl=file://{final / 'repository'}\ngpgcheck=0\n")
    shutil.rmtree(room)


def _enter(package: Path, made: Path) -> None:
    """Into the database of a root that has its files already."""
    _run("rpm", f"--root={made}", f"--dbpath={_DATABASE}", "--justdb", "--nodeps", "-i", str(package))


def _example(room: Path, versions: tuple[str, ...]) -> Path:
    return _library(room, _EXAMPLE, versions, "example")


def _library(room: Path, soname: str, versions: tuple[str, ...], function: str) -> Path:
    """It has the function in the last of the versions."""
    folder = room / f"{soname}-{len(versions)}"
    folder.mkdir()
    (folder / "stub.c").write_text(f"int {function}(void) {{ return 0; }}\n")
    nodes = [f"{each} {{ {f'global: {function};' if each == versions[-1] else ''} }};" for each in versions]
    (folder / "stub.map").write_text("\n".join(nodes))
    options = ("-shared", "-fPIC", f"-Wl,-soname,{soname}", "-Wl,--version-script=stub.map")
    _run(*toolchains.command("gcc"), *options, "-o", soname, "stub.c", cwd=folder)
    return folder / soname


def _built(package: _Package, room: Path, *options: str) -> Path:
    """By rpmbuild, whose generators read the files."""
    folder = room / f"{package.name}-{package.version}"
    folder.mkdir(parents=True)
    lines = [f"Name: {package.name}", f"Version: {package.version}", "Release: 1", "Summary: files", "License: none"]
    lines += [f"Provides: {package.provides}"] if package.provides else []
    lines += ["%description", "Files.", "%install"]
    lines += [f"install -D -m755 {source} %{{buildroot}}{path}" for path, source in package.files.items()]
    lines += ["%files", *package.files]
    (folder / "package.spec").write_text("\n".join(lines) + "\n")
    nothing = dict.fromkeys(("debug_package", "__os_install_post"), "%{nil}")
    defined = {"_topdir": str(folder), "_build_id_links": "none", "_binary_payload": "w1.gzdio", **nothing}
    definitions = [f"--define={key} {value}" for key, value in defined.items()]
    _run("rpmbuild", "--quiet", "-bb", *options, *definitions, str(folder / "package.spec"))
    (made,) = folder.rglob("*.rpm")
    return made


def _found(name: str, places: tuple[str, ...]) -> Path:
    there = [Path(each, name) for each in places if Path(each, name).exists()]
    if not there:
        raise toolchains.MissingError(f"there is no {name} here")
    return there[0]


def _moved(file: Path, room: Path) -> Path:
    return Path(shutil.move(file, room / file.name))


def _run(*words: str, cwd: Path | None = None) -> None:
    tool, *rest = words
    path = toolchains.command(tool)[0] if "/" not in tool else tool
    ran = subprocess.run([path, *rest], cwd=cwd, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"{' '.join(words)}\n{ran.stderr[-2000:]}")
