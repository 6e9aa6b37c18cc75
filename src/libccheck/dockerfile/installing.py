"""What a package manager puts into a stage: programs and libraries, by the names of packages or what is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from libccheck.dockerfile.building import Site, positional
from libccheck.dockerfile.files import Placed
from libccheck.dockerfile.shell import Command
from libccheck.dockerfile.stage import Built
from libccheck.imagined import library, program, static
from libccheck.libc import image_libc

INSTALLERS = {
    # program: the word behind which the packages stand
    "apk": ("add",),
    "apt-get": ("install",),
    "apt": ("install",),
    "yum": ("install",),
    "dnf": ("install",),
    "microdnf": ("install",),
    "tdnf": ("install",),
    "zypper": ("install", "in"),
    "pacman": ("-S", "-Sy", "-Syu"),
}
_VALUED = frozenset(("-t", "--virtual", "-X", "--repository", "-p", "--target-release", "-o", "-c"))
_PROGRAMS = {
    # package: the programs that come with it
    "bash": ("/bin/bash",),
    "dash": ("/bin/dash",),
    "zsh": ("/bin/zsh",),
    "python3": ("/usr/bin/python3",),
    "perl": ("/usr/bin/perl",),
    "ruby": ("/usr/bin/ruby",),
    "nodejs": ("/usr/bin/node",),
    "php": ("/usr/bin/php",),
    "tini": ("/sbin/tini", "/usr/bin/tini"),
    "dumb-init": ("/usr/bin/dumb-init",),
    "su-exec": ("/sbin/su-exec",),
    "gosu": ("/usr/sbin/gosu",),
    "coreutils": ("/usr/bin/env", "/bin/sh"),
    "busybox": ("/bin/sh",),
    "golang-go": ("/usr/bin/go",),
    "nginx": ("/usr/sbin/nginx",),
    "curl": ("/usr/bin/curl",),
}
_LIBRARIES = {
    # package: the libraries that come with it
    "libstdc++": ("libstdc++.so.6", "libgcc_s.so.1"),
    "libstdc++6": ("libstdc++.so.6", "libgcc_s.so.1"),
    "libgcc": ("libgcc_s.so.1",),
    "libgcc-s1": ("libgcc_s.so.1",),
    "g++": ("libstdc++.so.6", "libgcc_s.so.1"),
    "build-base": ("libstdc++.so.6", "libgcc_s.so.1"),
    "gcc": ("libgcc_s.so.1",),
}
_PROVIDED = (
    # as rpm and as Alpine's packages note what is in them: a library, a program
    re.compile(r"(?:so:)?(?P<library>lib[^/()]+\.so[^/()]*)(?:\([^()]*\)(?:\(64bit\))?)?\Z"),
    re.compile(r"(?P<path>(?:/usr)?/s?bin/[^/]+)\Z"),
    re.compile(r"cmd:(?P<command>[^/]+)\Z"),
)
COMPATIBLE = frozenset(("gcompat", "libc6-compat", "glibc", "glibc-bin"))
"""Packages that bring a loader of glibc's name to an image with musl."""


def install(command: Command, built: Built, site: Site) -> None:
    """Follow one command of a package manager."""
    verbs = INSTALLERS[command.name]
    words = list(command.words[1:])
    at = next((each for each, word in enumerate(words) if word in verbs), None)
    if at is None:
        return
    names = [each.partition("=")[0].partition("~")[0] for each in positional(words[at + 1 :], _VALUED)]
    built.packages.update(names)
    machine = site.build_machine
    for path in _programs(names):
        built.files.place(Placed(path, site.line, entry=program(static(machine)), below=False))
    for soname in _libraries(names):
        path = built.files.landing(f"{_directory(built)}/{soname}")
        built.files.place(Placed(path, site.line, entry=library(machine, soname), below=False))
        built.provided[soname] = path


def _directory(built: Built) -> str:
    """The last of those in which the loader of the base looks, as that of packages."""
    libc = image_libc(built.image) if built.image is not None else None
    return libc.directories[-1] if libc is not None and libc.directories else "/usr/lib"


def _programs(names: list[str]) -> Iterator[str]:
    for each in names:
        yield from _PROGRAMS.get(each, ())
        provided = _provided(each)
        if provided.get("path"):
            yield provided["path"]
        if provided.get("command"):
            yield from (f"{place}/{provided['command']}" for place in ("/usr/bin", "/bin"))


def _libraries(names: list[str]) -> Iterator[str]:
    for each in names:
        yield from _LIBRARIES.get(each, ())
        provided = _provided(each)
        if provided.get("library"):
            yield provided["library"]


def _provided(word: str) -> dict[str, str]:
    match = next((found for each in _PROVIDED if (found := each.match(word))), None)
    return match.groupdict() if match else {}
