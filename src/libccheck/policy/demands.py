"""One demand at a time: what of a program does not keep to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from libccheck.facts.abi import isa_level, lowest_kernel
from libccheck.facts.floor import musl_floor
from libccheck.facts.versions import Wanted, number
from libccheck.kinds import kind_of
from libccheck.libc import interpreter_text, program_libc
from libccheck.model import Elf, Finding, Program, Step

_STATIC = ("static", "static-pie")
_NEVER_STARTED = ("object", "core", "text", "data", "empty", "directory")
_GLIBC, _PRIVATE = "GLIBC_", "GLIBC_PRIVATE"
_RELR, _RELR_SINCE = "GLIBC_ABI_DT_RELR", "2.36"
_MARKERS_SINCE = "2.42"  # the other GLIBC_ABI_ names
_X86 = (3, 62)
_MOST_SYMBOLS = 5


def glibc(path: str, wants: Iterable[Wanted], most: str) -> list[Finding]:
    """LC501: each version that is newer, once, the oldest first. What is wanted weakly may be missing."""
    found: dict[str, Wanted] = {}
    for each in wants:
        if each.version.startswith(_GLIBC) and not each.weak and _since(each.version) > number(most):
            found.setdefault(each.version, each)
    return [
        Finding(
            "LC501",
            version,
            f"{path} asks for {version} of {found[version].library}{symbols_of(found[version])}",
            (Step("read", path, version, f"version wanted of {found[version].library}"),),
        )
        for version in sorted(found, key=lambda version: (_since(version), version))
    ]


def musl(path: str, elf: Elf, most: str) -> Iterator[Finding]:
    """LC502, by the functions that it imports: musl has no symbol versions."""
    floor = musl_floor(elf) if program_libc(elf) == "musl" else None
    if floor is None or floor.version is None or number(floor.version)[: len(number(most))] <= number(most):
        return
    why = ", ".join(filter(None, [floor.why, *floor.symbols[:_MOST_SYMBOLS]]))
    step = Step("read", path, floor.version, why)
    yield Finding("LC502", floor.version, f"{path} needs musl {floor.version}, because of {why}", (step,))


def static(program: Program) -> Iterator[Finding]:
    """LC503; what is never started is neither."""
    kind, elf = kind_of(program), program.content.elf
    if kind in _STATIC or kind in _NEVER_STARTED:
        return
    asks_for = (interpreter_text(elf) if elf else "") or (elf.needed[0] if elf and elf.needed else kind)
    yield Finding("LC503", asks_for, f"{program.path} is {_article(kind)}, not static", ())


def isa(path: str, elf: Elf, most: int) -> Iterator[Finding]:
    """LC506"""
    wanted = isa_level(elf)
    if wanted is not None and elf.machine in _X86 and elf.isa_needed.bit_length() > most:
        step = Step("read", path, wanted, "GNU_PROPERTY_X86_ISA_1_NEEDED")
        yield Finding("LC506", wanted, f"{path} wants a CPU of level {wanted}", (step,))


def kernel(path: str, elf: Elf, oldest: str) -> Iterator[Finding]:
    """LC507"""
    wanted = lowest_kernel(elf)
    if wanted is not None and number(wanted) > _padded(number(oldest)):
        step = Step("read", path, wanted, "NT_GNU_ABI_TAG")
        yield Finding("LC507", wanted, f"{path} wants Linux {wanted} or newer", (step,))


def search_paths(path: str, elf: Elf) -> Iterator[Finding]:
    """LC505"""
    for tag, value in (("RPATH", elf.rpath), ("RUNPATH", elf.runpath)):
        if value is not None:
            yield Finding("LC505", value, f"{path} has {tag} {value}", (Step("read", path, value, f"DT_{tag}"),))


def symbols_of(want: Wanted) -> str:
    """ " (clone3, memcpy and 3 more)"."""
    if not want.symbols:
        return ""
    more = len(want.symbols) - _MOST_SYMBOLS
    return f" ({', '.join(want.symbols[:_MOST_SYMBOLS])}{f' and {more} more' if more > 0 else ''})"


def _since(version: str) -> tuple[int, ...]:
    """The release that a version came with; the inside of one build is in no release."""
    if version == _PRIVATE:
        return number("999")
    if version == _RELR:
        return number(_RELR_SINCE)
    return number(version[len(_GLIBC) :]) or number(_MARKERS_SINCE)


def _padded(version: tuple[int, ...]) -> tuple[int, ...]:
    """A kernel's number has three parts."""
    return version + (0,) * (3 - len(version))


def _article(kind: str) -> str:
    return {"dynamic": "dynamic", "script": "a script", "library": "a library"}[kind]
