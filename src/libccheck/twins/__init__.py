"""Packages that npm and PyPI have once for glibc and once for musl, and what each takes of an image."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from libccheck.dotted import dotted
from libccheck.record import NamedTuple
from libccheck.twins.table import TEXT

LIBCS = ("glibc", "musl")
CPUS = {"x64": "x86_64", "arm64": "aarch64"}
"""npm's name of a machine, and that of wheels."""

_KEYS = ("for", "seen", "since", *LIBCS)
_USUAL = {"glibc": ("manylinux2014",), "musl": ("musllinux_1_1", "musllinux_1_2")}
"""What the wheels of other releases than those seen may have."""
_TAGS = ("manylinux", "musllinux")
_RELEASE = re.compile(r"\d{1,9}(?:\.\d{1,9}){0,5}\Z", re.ASCII)


class Side(NamedTuple):
    """What there is for one C library. name: * stands for npm's cpu.

    tags: of its wheels, the oldest first, without a machine. needs: words of a soname, and behind a colon the versions
    that are wanted of it; "libc" is the C library, with the oldest release of it that will do. () is a static program.
    """

    name: str
    tags: tuple[str, ...]
    needs: tuple[str, ...]


class Row(NamedTuple):
    """ecosystem: "npm" or "PyPI". cpus: for which there are both sides.

    since: the first release that is there for musl too. lacking: the later ones that are not. seen: the releases whose
    needs are told, all together: an early one, one of the middle, a late one.
    """

    ecosystem: str
    cpus: tuple[str, ...]
    seen: tuple[str, ...]
    since: str
    lacking: tuple[str, ...]
    sides: tuple[Side, Side]


class Twin(NamedTuple):
    """What there is for a C library. name: as npm or PyPI has it; cpu: npm's. platforms: pip's, the newest first.

    needs: each soname with the versions that are wanted of it, "libc" for the C library itself; floor: the oldest
    release of that.
    """

    name: str
    libc: str
    cpu: str
    platforms: tuple[str, ...]
    seen: tuple[str, ...]
    needs: tuple[tuple[str, tuple[str, ...]], ...]
    floor: str


def twin(ecosystem: str, name: str, version: str, libc: str, machine: str) -> Twin | None:
    """The artefact for that C library, "glibc" or "musl", of what is called `name` in `ecosystem`, "npm" or "PyPI".

    version: "" where that is not known. None where the table does not tell that there is one.
    """
    wanted = LIBCS.index(libc)
    cpu = next((each for each, other in CPUS.items() if other == machine), "")
    for row in rows():
        if row.ecosystem != ecosystem or cpu not in row.cpus or row.sides[1 - wanted].name.replace("*", cpu) != name:
            continue
        if not version or has(row, version):
            side = row.sides[wanted]
            needs = [each.partition(":") for each in side.needs]
            floor = next((release for soname, _, release in needs if soname == "libc"), "")
            taken = tuple(
                (soname, tuple(versions.split(",")) if versions and soname != "libc" else ())
                for soname, _, versions in needs
            )
            tags = dict.fromkeys((*_USUAL[libc], *side.tags) if side.tags else ())
            platforms = tuple(f"{tag}_{machine}" for tag in reversed(tags))
            return Twin(side.name.replace("*", cpu), libc, cpu, platforms, row.seen, taken, floor)
    return None


def has(row: Row, version: str) -> bool:
    """Whether that release is there for both; one that is too new for the table counts as those before it."""
    return is_release(version) and dotted(row.since) <= dotted(version) and version not in row.lacking


def rows() -> Iterator[Row]:
    """Each row of the table: ecosystem, names and then words behind their keys."""
    for paragraph in TEXT.strip().split("\n\n"):
        words: dict[str, list[str]] = {"": []}
        key = ""
        for word in paragraph.split():
            if word in _KEYS:
                key = word
                words[key] = []
            else:
                words[key].append(word)
        ecosystem, *names = words[""]
        since, *lacking = words["since"]
        sides = (_side(names[0], words["glibc"]), _side(names[-1], words["musl"]))
        yield Row(ecosystem, tuple(words["for"]), tuple(words["seen"]), since, tuple(lacking), sides)


def is_release(version: str) -> bool:
    """Whether it is numbers and dots."""
    return _RELEASE.match(version) is not None


def _side(name: str, words: Sequence[str]) -> Side:
    tags = tuple(each for each in words if each.startswith(_TAGS))
    return Side(name, tags, tuple(words[len(tags) :]))
