"""The published profiles of manylinux (PEP 600) and musllinux (PEP 656): what a system has that keeps to one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from libccheck.facts.versions import Wanted
from libccheck.libc import program_libc
from libccheck.machines import machine_name
from libccheck.model import Elf, Finding, Step
from libccheck.policy import demands
from libccheck.policy.libraries import is_loader
from libccheck.record import NamedTuple

_GLOBAL = 1  # STB_GLOBAL
_FAMILIES = {"manylinux": "glibc", "musllinux": "musl"}


class Profile(NamedTuple):
    """libc: "glibc" or "musl". libraries: the names that a system may have. private: symbols of a library that nobody
    may use. versions: by machine, by prefix ("GLIBCXX"), those that the system has; by them it is known which machines
    there are."""

    name: str
    libc: str
    libraries: frozenset[str]
    private: Mapping[str, frozenset[str]]
    versions: Mapping[str, Mapping[str, frozenset[str]]]


def names(table: Mapping[str, Any]) -> list[str]:
    """Every profile of the published table, and its other names."""
    return [each for family in _FAMILIES for name, others in table[family]["names"].items() for each in (name, *others)]


def profile(name: str, table: Mapping[str, Any]) -> Profile | None:
    """That profile; in the table a thing stands at the first profile that has it, a private symbol at the last one."""
    for family, libc in _FAMILIES.items():
        order = list(table[family]["names"])
        own = next((each for each in order if name == each or name in table[family]["names"][each]), None)
        if own is not None:
            at = order.index(own)
            return Profile(
                own,
                libc,
                _gathered(table[family]["libraries"], order[: at + 1]),
                {library: _gathered(symbols, order[at:]) for library, symbols in table[family]["private"].items()},
                {
                    machine: {prefix: _gathered(held, order[: at + 1]) for prefix, held in versions.items()}
                    for machine, (first, last, versions) in table[family]["versions"].items()
                    if order.index(first) <= at <= order.index(last)
                },
            )
    return None


def breaches(path: str, elf: Elf, wants: Iterable[Wanted], profile: Profile) -> Iterator[Finding]:
    """LC510 where the profile is for others; LC508, LC509, LC506, and for musl LC502. Libraries are looked at apart."""
    machine, libc = machine_name(elf), program_libc(elf)
    if libc is not None and libc != profile.libc:
        yield Finding("LC510", libc, f"{path} was linked against {libc}, and {profile.name} is for {profile.libc}", ())
        return
    if machine not in profile.versions:
        yield Finding("LC510", machine, f"{path} is for {machine}, which {profile.name} does not have", ())
        return
    yield from _versions(path, wants, profile.versions[machine], profile.name)
    for library, symbols in profile.private.items():
        for symbol in sorted(symbols & set(_imports(elf))) if library in elf.needed else ():
            step = Step("read", path, symbol, f"undefined symbol, {library} is needed")
            yield Finding("LC509", symbol, f"{path} uses {symbol}, which is private to {library}", (step,))
    yield from demands.isa(path, elf, 1)
    if profile.libc == "musl":
        yield from demands.musl(path, elf, profile.name.partition("_")[2].replace("_", "."))


def _versions(path: str, wants: Iterable[Wanted], held: Mapping[str, frozenset[str]], name: str) -> Iterator[Finding]:
    """By name alone, whichever library it is wanted of, weakly wanted ones too: so the profiles are defined."""
    seen = set()
    for each in wants:
        prefix, _, rest = each.version.partition("_")
        if is_loader(each.library) or prefix not in held or rest in held[prefix] or each.version in seen:
            continue
        seen.add(each.version)
        said = (
            f"{path} asks for {each.version} of {each.library}{demands.symbols_of(each)}, and {name} does not have it"
        )
        step = Step("read", path, each.version, f"version wanted of {each.library}")
        yield Finding("LC508", each.version, said, (step,))


def _imports(elf: Elf) -> Iterator[str]:
    """What it cannot do without: weakly bound symbols may be missing."""
    symbols = elf.tables.symbols
    for at, section in enumerate(symbols.sections if symbols else ()):
        if symbols and not section and symbols.infos[at] >> 4 == _GLOBAL:
            yield symbols.names[at]


def _gathered(held: Mapping[str, Iterable[str]], order: list[str]) -> frozenset[str]:
    return frozenset(each for name in order for each in held.get(name, ()))
