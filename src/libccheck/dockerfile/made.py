"""What a build makes, before it has run: which program, how linked, and how far that is certain."""

from __future__ import annotations

from collections.abc import Mapping

from libccheck.dotted import dotted
from libccheck.imagined import dynamic, static
from libccheck.model import Content
from libccheck.record import NamedTuple

STATIC, DYNAMIC = "static", "dynamic"
_START = "GLIBC_2.34"
"""`__libc_start_main` got this version in 2.34, where the thread library moved into libc, too."""


class Unknown(NamedTuple):
    """Something is there, and nobody knows what; `reason` says why, `settles` what would tell."""

    reason: str
    settles: str = ""


class Build(NamedTuple):
    """How a program is linked.

    link: STATIC or DYNAMIC. family, version: the C library that it is linked against. language: "go", "c", "rust", ...
    needed: libraries beside libc. certain: whether the sources or the flags show it; else it is what the build makes
    unless the sources need no C. exact: whether it wants no version of its C library beyond the one that every program
    linked there wants; low: perhaps not even that. why: what shows it, in a few words. line, stage: of the RUN.
    runtime: the newest version of libstdc++ that it may want, where the compiler brings a newer one than its release
    has; wanted: those that it certainly wants. machine: what it is built for; fixed_machine: whether the command says
    so. open: libraries of which only the name for the linker is known. fails: why there is no such program; lost: what
    needs C and does without.
    """

    language: str
    link: str
    family: str
    version: str
    machine: str
    needed: tuple[str, ...] = ()
    certain: bool = True
    exact: bool = False
    low: bool = False
    why: str = ""
    line: int = 0
    stage: str = ""
    open: tuple[str, ...] = ()
    uses_c: bool = False
    fails: str = ""
    lost: str = ""
    fixed_machine: bool = False
    runtime: str = ""
    wanted: tuple[str, ...] = ()


class Made(NamedTuple):
    """A program that a RUN line makes; `builder` is the number of its stage."""

    build: Build
    builder: int
    mode: int = 0o755

    @property
    def content(self) -> Content:
        return content_of(self.build)


def content_of(build: Build) -> Content:
    """The program as far as it is certain: loader, libraries, and the versions that every such program wants."""
    if build.link == STATIC:
        return static(build.machine)
    if build.family == "musl":
        return dynamic(build.machine, "musl", (*build.needed, f"libc.musl-{build.machine}.so.1"), {})
    return dynamic(build.machine, build.family, (*build.needed, *_own(build)), _versions(build))


def _own(build: Build) -> tuple[str, ...]:
    """Before 2.34 threads had a library of their own, which servers in Go and Rust want."""
    old = dotted(build.version) < (2, 34) and build.language in ("go", "rust")
    return ("libpthread.so.0", "libc.so.6") if old else ("libc.so.6",)


def _versions(build: Build) -> Mapping[str, tuple[str, ...]]:
    if build.machine not in ("x86_64", "aarch64"):
        return {}
    of_runtime = {"libstdc++.so.6": build.wanted} if build.wanted else {}
    since = (_START,) if dotted(build.version) >= (2, 34) and not build.low else ()
    return {**({"libc.so.6": since} if since else {}), **of_runtime}
