"""The families of loaders, and how each is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from libccheck.identify import releases
from libccheck.identify.facts import Facts
from libccheck.identify.markers import shown
from libccheck.model import Elf, Loader


def known(elf: Elf, view: Any) -> Loader | None:
    facts = Facts(elf, view)
    for family, is_one, version, directories in _FAMILIES:
        if is_one(facts):
            return Loader(family, version(facts), directories(facts), shown(family, facts))
    return None


def _is_glibc(facts: Facts) -> bool:
    return any(each.name == "GLIBC_PRIVATE" for each in facts.elf.versions_defined or ())


def _is_musl(facts: Facts) -> bool:
    return b"Dynamic Program Loader\n" in facts.text and b"musl libc" in facts.text


def _is_uclibc(facts: Facts) -> bool:
    return "uClibc" in (facts.elf.soname or "") or "__uClibc_main" in facts.exports


def _is_gcompat(facts: Facts) -> bool:
    return b"gcompat ELF interpreter stub" in facts.text


def _is_bionic(facts: Facts) -> bool:
    return facts.elf.soname == "ld-android.so"


def _none(_: Facts) -> None:
    return None


def _nowhere(_: Facts) -> tuple[str, ...]:
    return ()


_Family = tuple[str, Callable[[Facts], bool], Callable[[Facts], "str | None"], Callable[[Facts], tuple[str, ...]]]

_FAMILIES: tuple[_Family, ...] = (
    ("glibc", _is_glibc, releases.glibc_version, releases.glibc_directories),
    ("musl", _is_musl, releases.musl_version, releases.musl_directories),
    ("uclibc", _is_uclibc, releases.uclibc_version, releases.uclibc_directories),
    ("gcompat", _is_gcompat, _none, _nowhere),
    ("bionic", _is_bionic, _none, _nowhere),
)
