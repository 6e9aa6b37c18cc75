"""What all readers of build commands share: where a command runs, and what it puts where."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from libccheck.dockerfile.bases import BaseFacts
from libccheck.dockerfile.files import Files
from libccheck.dockerfile.made import Build
from libccheck.dockerfile.shell import UNKNOWN
from libccheck.machines import platform_machine
from libccheck.record import NamedTuple


class Site(NamedTuple):
    """Where a build command runs: its stage's base, files and installed packages; machines by their own names.

    architecture: the stage's, as Go names it. build_machine: what the stage itself runs on.
    """

    base: BaseFacts
    files: Files
    packages: frozenset[str]
    line: int
    stage: str
    architecture: str
    build_machine: str

    @property
    def has_compiler(self) -> bool:
        return self.base.compiler or bool(self.packages & _COMPILERS)


class Output(NamedTuple):
    """A program at `path`; `below`: any in that directory."""

    path: str
    build: Build
    below: bool = False


_COMPILERS = frozenset(
    (
        *("gcc", "g++", "clang", "build-base", "build-essential", "musl-dev", "musl-tools", "tcc", "alpine-sdk"),
        *("gcc-c++", "base-devel", "llvm"),
    )
)


def option(words: Sequence[str], *names: str) -> str | None:
    """The value of the last `-o value` or `-o=value`; "--target" and "-target" are other names of one option."""
    value = None
    for at, each in enumerate(words):
        name, equals, inline = each.partition("=")
        if name in names or (each.startswith("--") and name[1:] in names):
            value = inline if equals else words[at + 1] if at + 1 < len(words) else None
    return value


def positional(words: Sequence[str], with_value: Collection[str]) -> list[str]:
    """The words that are neither options nor their values."""
    found, skip = [], False
    for each in words:
        if skip:
            skip = False
        elif each.startswith("-"):
            skip = each in with_value or (each[1:] in with_value and each.startswith("--"))
        else:
            found.append(each)
    return found


def machine_of(architecture: str | None, site: Site) -> tuple[str, bool]:
    """The machine that a build is for, and whether it follows from what was said; else it is where it is built."""
    if architecture and UNKNOWN not in architecture:
        return platform_machine(f"linux/{architecture}"), True
    return site.build_machine, False
