"""Ways out by another base that starts the program as it is: the smallest, and a newer release of the same one."""

from __future__ import annotations

import re

from libccheck.libc import image_libc, program_libc
from libccheck.model import Base, Finding
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command
from libccheck.remedy.offer import IMAGE, Offer, offered
from libccheck.remedy.release import distribution

_NOT_FOR = ("LC100", "LC102", "LC104", "LC106", "LC107", "LC108", "LC109")
"""What is wrong with the program or how it is called; another image changes nothing."""
_ABOUT_AGE = ("LC201", "LC203", "LC204", "LC207", "LC208", "LC209")
_MOST_TRIED = 12
_MOST_RELEASES = 3


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    if finding.code in _NOT_FOR:
        return ()
    bases = case.to_build_on()
    newer = _newer(case, bases) if finding.code in _ABOUT_AGE else ()
    return newer + _smallest(case, bases)


def _smallest(case: Case, bases: list[Base]) -> tuple[Offer, ...]:
    wanted = family_of(case)
    tried = [each for each in bases if each.current and wanted in (None, each.libc)]
    for base in tried[:_MOST_TRIED]:
        found = _on(case, base, f"run it on {base.tag}{_megabytes(base)}, the smallest base that starts it")
        if found:
            return found
    return ()


def _newer(case: Case, bases: list[Base]) -> tuple[Offer, ...]:
    """The nearest release of the same distribution, as slim as the image is."""
    image = case.check.image
    libc = image_libc(image)
    name = distribution(image)
    if libc is None or libc.version is None or name is None:
        return ()
    age = _numbers(libc.version)
    slim = image.reference.endswith("-slim")
    later = [
        each for each in bases if _is_of(each, name) and each.libc == libc.family and _numbers(each.libc_version) > age
    ]
    later.sort(key=lambda each: (_numbers(each.libc_version), each.name.endswith("-slim") != slim))
    for base in later[:_MOST_RELEASES]:
        found = _on(case, base, f"run it on a newer release, {base.tag}{_megabytes(base)}")
        if found:
            return found
    return ()


def _on(case: Case, base: Base, title: str) -> tuple[Offer, ...]:
    image = base.open()
    result = case.on_base(case.check.program, image)
    as_of = f", as of {image.as_of}" if image.as_of else ""
    growth = (base.size or 0) - (case.check.image.size or 0)
    commands = [command("from", reference=base.tag)]
    return offered(IMAGE, title, commands, result, f"predicted for {base.tag}{as_of}", growth=growth)


def family_of(case: Case) -> str | None:
    """The C library that an image must have for the program to start there; None where any may do."""
    elf = case.check.program.content.elf
    return program_libc(elf) if elf is not None and elf.interpreter is not None else None


def _is_of(base: Base, distribution: str) -> bool:
    return base.name.partition(":")[0] == distribution


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", version)[:3])


def _megabytes(base: Base) -> str:
    return "" if base.size is None else f" ({base.size / 1e6:.1f} MB)"
