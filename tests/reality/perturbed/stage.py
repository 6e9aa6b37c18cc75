"""Which programs are spoiled in which roots, and by which kinds of perturbation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from tests import uclibc
from tests.reality.compare import Comparison
from tests.reality.perturbed import headers, places, surroundings, tables
from tests.reality.perturbed.drawing import Draw, Kind
from tests.reality.perturbed.scenes import Scene, scene
from tests.reality.programs import PROGRAMS
from tests.reality.sample import near
from tests.reality.workshop import Workshop

_STORIES = ("hello", "by-runpath", "by-library-path", "two-there", "runpath-of-child", "version-there", "data-copied",
            "data-pointed-at", "tls", "weak-missing", "through-a-link", "in-usr-lib")  # fmt: skip
_NEWER = ("gcc-not-as-needed", "gcc-math", "gcc-relr", "gcc-no-pie", "gcc-sysv-hash", "gcc-lazy-math", "gcc-printf",
          "gcc-x86-64-v2", "c++", "gcc-no-default-directories", *(f"gcc-{each}" for each in _STORIES))  # fmt: skip
_OLDER = ("glibc-2.17-pthread", "glibc-2.17-math", "glibc-2.31-stat", "glibc-2.28-dlopen",
          *(f"zig-{each}" for each in _STORIES))  # fmt: skip
_MUSL = ("zig-musl-by-runpath", "musl-gcc-no-pie", *(f"musl-gcc-{each}" for each in _STORIES))
_UCLIBC = ("hello", "fixed", "rpath", "runpath", "rpath-origin", "two-there", "library-path-there", "rpath-of-child",
           "version-there", "data-copied", "data-pointed-at", "function-there-now", "function-there-lazy", "weak-there",
           "preload-there", "in-usr-lib", "through-a-link", "calls-printf", "calls-malloc-now")  # fmt: skip
_SCRIPTS = ("sh", "sh-with-option", "busybox-sh", "env-sh", "env-split", "nested-2", "nested-4", "crlf", "crlf-env",
            "over-static", "sh-after-space", "env-finds-tool")  # fmt: skip
_STATIC = ("static", "gcc-static", "gcc-static-pie", "musl-gcc-static-pie")

_OLD_ROOTS = ("debian-bullseye", "minimal-bullseye", "spread-bullseye")
_NEW_ROOTS = ("debian-bookworm", "debian-trixie", "debian-sid", "minimal-bookworm", "minimal-trixie", "minimal-sid",
              "spread-bookworm", "spread-trixie", "spread-sid", "whole-bookworm", "whole-trixie",
              "glibc-preload")  # fmt: skip

GLIBC = tuple(
    (program, root)
    for programs, roots in ((_NEWER, _NEW_ROOTS), (_OLDER, (*_OLD_ROOTS, *_NEW_ROOTS)))
    for root in near(roots)
    for program in programs
)
MUSL = tuple((program, root) for root in ("musl", "musl-path-file") for program in _MUSL)
UCLIBC = tuple(
    (f"uclibc-1-{each}", root)
    for root in ("uclibc-ng", "uclibc-ng-cache")
    for each in (_UCLIBC if uclibc.at_hand() else ())
)
SCRIPTS = tuple(
    (program, root)
    for root in near(("static-busybox", "musl", "debian-bookworm", "debian-trixie"))
    for program in _SCRIPTS
)
STATIC = tuple((program, root) for root in ("static-busybox", "debian-bookworm") for program in _STATIC)
DYNAMIC = (GLIBC, MUSL, *([UCLIBC] if UCLIBC else []))
EVERYTHING = (*DYNAMIC, STATIC, SCRIPTS)

Pairs = Sequence[tuple[str, str]]

KINDS: Mapping[str, Kind] = {**places.KINDS, **headers.KINDS, **tables.KINDS, **surroundings.KINDS}

_ON: dict[str, Sequence[Pairs]] = {
    **dict.fromkeys(places.KINDS, EVERYTHING),
    **dict.fromkeys(headers.KINDS, (*DYNAMIC, STATIC)),
    **dict.fromkeys((*tables.KINDS, *surroundings.KINDS), DYNAMIC),
    **dict.fromkeys(("library-removed", "loader-removed", "moved", "cut-at-a-page", "interpreter"), DYNAMIC),
    **dict.fromkeys(("cache", "level-raised", "kernel-wanted", "cache-stale", "library-marked"), (GLIBC,)),
    "musl-path-file": (MUSL,),
    "many-headers": ([("static", root) for root in ("static-busybox", "debian-bookworm", "musl")],),
    **dict.fromkeys(("first-line", "carriage-returns"), (SCRIPTS,)),
}
"""The families of pairs that a kind of perturbation applies to; all of them are as likely."""


class Stage:
    """The scenes, each set when it is first needed."""

    def __init__(self, comparison: Comparison, workshop: Workshop) -> None:
        self._set = lru_cache(256)(lambda pair: scene(comparison, workshop, PROGRAMS[pair[0]], pair[1]))

    def scene(self, draw: Draw, kind: str) -> Scene:
        """MissingError where it cannot be set here."""
        return self._set(draw.one(draw.one(_ON[kind])))
