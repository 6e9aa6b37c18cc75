"""What musl's loader could not do, as findings."""

from __future__ import annotations

from collections.abc import Sequence

from libccheck.launch.handover import Handover
from libccheck.launch.musl.objects import Object
from libccheck.launch.musl.symbols import Missing
from libccheck.model import Finding, Step
from libccheck.record import NamedTuple

STRERROR = {
    # src/errno/__strerror.h
    "": "No error information",
    "EACCES": "Permission denied",
    "EBUSY": "Resource busy",
    "EINVAL": "Invalid argument",
    "EISDIR": "Is a directory",
    "ELOOP": "Symbolic link loop",
    "ENAMETOOLONG": "Filename too long",
    "ENOENT": "No such file or directory",
    "ENOEXEC": "Exec format error",
    "ENOMEM": "Out of memory",
    "ENOTDIR": "Not a directory",
    "ENXIO": "No such device or address",
}
_NOT_FOUND = ("", "ENOENT", "ENOTDIR", "ENAMETOOLONG")


class Failed(NamedTuple):
    """A library that could not be loaded: who wanted it, the errno, and the steps that were taken for it."""

    name: str
    requester: Object
    errno: str
    steps: tuple[Step, ...]


def failures(failed: Sequence[Failed], missing: Sequence[Missing]) -> tuple[Finding, ...]:
    """One finding for each library, for each symbol, and for each object with relocations of unknown types.

    A symbol that may only be missing because a library is counts as evidence of that.
    """
    lost: dict[str, list[Step]] = {each.name: [] for each in failed}
    others: dict[tuple[str, bool], list[Missing]] = {}
    for each in missing:
        if each.symbol is None:
            others.setdefault((each.of.name, True), []).append(each)
        elif lost and (each.version_of is None or each.version_of in lost):
            lost[each.version_of or failed[0].name].append(_not_found(each))
        else:
            others.setdefault((each.symbol, False), []).append(each)
    libraries = [_library(each, lost.pop(each.name, [])) for each in failed]
    found = [(_type if of_type else _symbol)(name, each) for (name, of_type), each in others.items()]
    return tuple(libraries + found)


def crash(handover: Handover, signal: str, last: Object) -> Finding:
    """The loader dies of a signal while it reads or writes what a file says."""
    step = Step("open", last.name, signal, "what the loader had opened last")
    return Finding("LC207", handover.interpreter or "", f"the loader dies of {signal}", (step,))


def packed(handover: Handover, name: str) -> Finding:
    """An object whose relative relocations are in a form that this loader does not read."""
    interpreter = handover.interpreter or ""
    message = f"the loader does not read the packed relative relocations of {name}, which crashes on them"
    return Finding("LC207", interpreter, message, (Step("read", name, "DT_RELR", f"not known to {interpreter}"),))


def advice(handover: Handover) -> tuple[Finding, ...]:
    """A program that was made for glibc, which musl nevertheless starts."""
    elf, interpreter = handover.elf, handover.interpreter or ""
    versions = [each.name for needed in elf.versions_needed for each in needed.versions]
    if not any(each.startswith("GLIBC_") for each in versions) and "libc.so.6" not in elf.needed:
        return ()
    message = "a program made for glibc is started by musl: what its C library does differently shows later"
    return (Finding("LC302", interpreter, message, (Step("open", interpreter, "musl", f"is {handover.loader_path}"),)),)


def called_later(symbol: str) -> Finding:
    """A function that is put off, since the caller of dlopen(3) did not insist on it."""
    return Finding("LC301", symbol, f"{symbol}, which nobody has, is called in vain", ())


def library_error(name: str, errno: str, requester: Object | None) -> str:
    """The loader's words for a library that it cannot load; who asked is not told of dlopen(3) itself."""
    needed = f" (needed by {requester.name})" if requester else ""
    return f"Error loading shared library {name}: {STRERROR.get(errno, errno)}{needed}"


def relocation_error(missing: Missing) -> str:
    """The loader's words for a relocation that fails."""
    what = f"unsupported relocation type {signed(missing.type)}"
    if missing.symbol is not None:
        what = f"{missing.symbol}: symbol not found"
    return f"Error relocating {missing.of.name}: {what}"


def signed(number: int) -> int:
    return number - (1 << 32) if number >> 31 else number


def _library(failed: Failed, lost: list[Step]) -> Finding:
    text = STRERROR.get(failed.errno, failed.errno)
    code = "LC201" if failed.errno in _NOT_FOUND else "LC202"
    message = f"{failed.name}: {text[0].lower()}{text[1:]}, needed by {failed.requester.name}"
    return Finding(code, failed.name, message, failed.steps + tuple(lost))


def _symbol(name: str, lost: list[Missing]) -> Finding:
    wanted_by = ", ".join(dict.fromkeys(each.of.name for each in lost))
    return Finding("LC204", name, f"symbol {name} not found, wanted by {wanted_by}", tuple(map(_not_found, lost)))


def _type(name: str, lost: list[Missing]) -> Finding:
    counts: dict[int, int] = {}
    for each in lost:
        counts[signed(each.type)] = counts.get(signed(each.type), 0) + each.times
    steps = [Step("look up", f"relocation type {kind}", "unsupported", _times(n, name)) for kind, n in counts.items()]
    types = ", ".join(map(str, counts))
    return Finding("LC208", name, f"relocations of type {types} in {name} are not supported", tuple(steps))


def _not_found(lost: Missing) -> Step:
    return Step("look up", lost.symbol or "", "not found", _times(lost.times, lost.of.name))


def _times(number: int, name: str) -> str:
    return f"1 relocation of {name}" if number == 1 else f"{number} relocations of {name}"
