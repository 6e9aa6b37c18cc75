"""What a recommendation consists of."""

from __future__ import annotations

from collections.abc import Iterable

from libccheck.model import Check, Failure, Finding, Image, Program
from libccheck.record import NamedTuple


class Choice(NamedTuple):
    """A base image on which all programs start. Sizes in bytes: `base_size` its own, `size` with what is placed.

    lacks: what the programs start with and miss later, one remark of each code.
    """

    tag: str
    image: Image
    base_size: int
    size: int
    checks: tuple[Check, ...]
    lacks: tuple[Finding, ...]


class Passed(NamedTuple):
    """A base image no larger than the first choice on which some program does not start.

    code: of the rule, None where it cannot be told or tried; size: in bytes, None where nobody knows.
    """

    tag: str
    size: int | None
    code: str | None
    reason: str


class Supposed(NamedTuple):
    """A base image of which only documented facts are known, none of which is against the programs."""

    tag: str
    libc: str
    libc_version: str


class Change(NamedTuple):
    """What the programs can run on after a change, and the proof in words.

    exact: whether `size`, in bytes, is that of the image to be; a build that is not made yet is taken for as large as
    the program is now. lacks: as for a choice. lost: what the programs can no longer do, each as a phrase.
    """

    title: str
    commands: tuple[str, ...]
    tag: str
    size: int
    exact: bool
    basis: str
    lacks: tuple[Finding, ...]
    lost: tuple[str, ...] = ()


class Recommendation(NamedTuple):
    """choices: the smallest first. untried: how many more bases nothing rules out.

    passed: those no larger than the first choice, or all where there is none, the smallest first. supposed: others that
    may do, where that depends on the C library; nobody knows their sizes.
    """

    version: str
    programs: tuple[Program, ...]
    platform: str
    choices: tuple[Choice, ...]
    passed: tuple[Passed, ...]
    untried: int
    changes: tuple[Change, ...]
    supposed: tuple[Supposed, ...]
    errors: tuple[Failure, ...]


def first_of_each_code(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """In the order of the codes."""
    found: dict[str, Finding] = {}
    for each in findings:
        found.setdefault(each.code, each)
    return tuple(found[code] for code in sorted(found))
