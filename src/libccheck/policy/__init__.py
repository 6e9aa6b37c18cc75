"""What a team asks of its programs, whatever image they run in, and where a program does not keep to it."""

from __future__ import annotations

from collections.abc import Iterable

from libccheck.facts.versions import wanted
from libccheck.model import Finding, Judgment, Program, Tables
from libccheck.policy import demands
from libccheck.policy.libraries import Foreign, foreign, place
from libccheck.policy.profiles import Profile, breaches
from libccheck.record import NamedTuple


class Policy(NamedTuple):
    """None, () and False ask for nothing. isa: 1 to 4 for x86-64-v1 to v4; kernel: the oldest that it is to run on.

    allowed, denied: globs of DT_NEEDED names; with `allowed` what none of them matches is not allowed.
    """

    max_glibc: str | None = None
    max_musl: str | None = None
    static: bool = False
    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    no_rpath: bool = False
    isa: int | None = None
    kernel: str | None = None
    profile: Profile | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Each demand: ("glibc 2.28 or older", "no rpath"); empty where nothing is asked for."""
        said = (
            self.profile and self.profile.name,
            self.max_glibc and f"glibc {self.max_glibc} or older",
            self.max_musl and f"musl {self.max_musl} or older",
            self.static and "static",
            self.allowed and f"only {', '.join(self.allowed)} needed",
            self.denied and f"no {', '.join(self.denied)} needed",
            self.no_rpath and "no rpath",
            self.isa and f"x86-64-v{self.isa} or less",
            self.kernel and f"Linux {self.kernel} suffices",
        )
        return tuple(each for each in said if each)


def judge(programs: Iterable[Program], policy: Policy) -> tuple[Judgment, ...]:
    """One judgment a program, in order.

    A library that stands among the programs, where an rpath leads to it, is the program's own and need not be allowed.
    The bytes of a program are let go as soon as it was looked at.
    """
    examined = [_examined(each, policy) for each in programs]
    given = frozenset(place(each.program.path) for each in examined)
    return tuple(
        Judgment(
            each.program,
            policy.words,
            each.findings + tuple(other.finding for other in each.foreign if not given & other.own_paths),
        )
        for each in examined
    )


class _Examined(NamedTuple):
    program: Program
    findings: tuple[Finding, ...]
    foreign: tuple[Foreign, ...]


def _examined(program: Program, policy: Policy) -> _Examined:
    path, elf = program.path, program.content.elf
    findings = list(demands.static(program) if policy.static else ())
    if elf is None:
        return _Examined(program, tuple(findings), ())
    wants = wanted(elf)
    if policy.profile is not None:
        findings += breaches(path, elf, wants, policy.profile)
    if policy.max_glibc is not None:
        findings += demands.glibc(path, wants, policy.max_glibc)
    if policy.max_musl is not None:
        findings += demands.musl(path, elf, policy.max_musl)
    if policy.isa is not None:
        findings += demands.isa(path, elf, policy.isa)
    if policy.kernel is not None:
        findings += demands.kernel(path, elf, policy.kernel)
    findings += demands.search_paths(path, elf) if policy.no_rpath else ()
    applies = policy.profile is not None and all(each.code != "LC510" for each in findings)
    system = policy.profile.libraries if policy.profile and applies else None
    others = foreign(path, elf, policy.allowed, policy.denied, system)
    slim = elf._replace(tables=Tables(lambda: None, lambda: None))
    kept = program._replace(content=program.content._replace(elf=slim), data=b"")
    return _Examined(kept, tuple(findings), others)
