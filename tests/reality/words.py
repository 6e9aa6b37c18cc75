"""What a real outcome says of the place of failure: read from errno, signal and standard error, without the package."""

from __future__ import annotations

import re
from typing import NamedTuple

from libccheck.model import Died, Outcome, Refused, Started


class Place(NamedTuple):
    """The codes that may stand for it, and the name that the loader gives, None where it gives none."""

    codes: frozenset[str]
    subject: str | None = None


_ERRNOS = {
    "ENOENT": "LC100 LC101 LC105 LC106",
    "EACCES": "LC103 LC104 LC107",
    "ENOEXEC": "LC102 LC103 LC107",
    "ELOOP": "LC100 LC103 LC109",
    "ENOTDIR": "LC100 LC103",
    "ENAMETOOLONG": "LC100 LC103 LC105",
    "ELIBBAD": "LC103",
    "EIO": "LC103 LC107",
    "EINVAL": "LC103 LC107",
    "ENOMEM": "LC107",
}
_ENDS = r"error while loading shared libraries: "
_GLIBC = _ENDS + r"(?P<subject>[^:\n]*): "
_OF_ENV = r"env: (?!error while loading|symbol lookup error|relocation error|can't load|[^\n]*version `)"
"""Its own words, not those of a loader about it."""
_NO_SUCH = "No such file or directory"
_REFUSED = r"^[^\n]*?: (?:can't map )?'(?:[^'\n]*/)?(?P<name>[^'/\n]*)'(?: is | library contains |$)[^\n]*"
"""What uClibc says of a file before it looks for the library elsewhere."""
_SILENT = (1, 255)  # with which uClibc ends without a word; the first one also qemu, which it has on standard output
_LINES = tuple(
    (re.compile(pattern, re.MULTILINE), codes)
    for pattern, codes in (
        (_GLIBC + r"cannot open shared object file(: No such file or directory)?$", "LC201"),
        (_GLIBC + r"cannot open shared object file: ", "LC201 LC202"),
        (_GLIBC + r"cannot (dynamically load|enable executable stack)", "LC209"),
        (_ENDS + r"(?:[^:\n]*: )?unexpected (?:PLT )?reloc type (?P<subject>0x[0-9a-f]+)", "LC208"),
        (_GLIBC + r"CPU ISA level is lower than required", "LC205"),
        (_GLIBC, "LC202 LC209"),
        (rf"^qemu-[^\n:]*: Could not open '(?P<subject>[^\n]*)': {_NO_SUCH}$", "LC101"),
        (r"^qemu-[^\n:]*: Could not open '(?P<subject>[^\n]*)': ", "LC103"),
        (r"^qemu-[^\n:]*: (?P<subject>[^\n:]*): (Invalid|Incomplete|Error)[^\n]*", "LC103 LC107"),
        (r"^[^\n]*: version `(?P<subject>[^']+)' not found \(required by", "LC203"),
        (r"symbol lookup error: [^\n]*: undefined symbol: (?P<subject>[^,\n]+)", "LC204"),
        (r"relocation error: [^\n]*: symbol (?P<subject>[^,\n]+), version ", "LC204"),
        (r"CPU ISA level is lower than required", "LC205"),
        (r"FATAL: kernel too old", "LC206"),
        (r"Inconsistency detected by ld\.so", "LC207"),
        (r"^Invalid ELF header$", "LC103"),
        (rf"^Error loading shared library (?P<subject>[^\n]*): {_NO_SUCH} \(needed by", "LC201"),
        (r"^Error loading shared library (?P<subject>[^\n]*): [^:\n]* \(needed by", "LC201 LC202"),
        (r"^Error relocating [^\n]*: (?P<subject>[^:\n]*): symbol not found", "LC204"),
        (r"^Error relocating [^\n]*: unsupported relocation type", "LC208"),
        (rf"^execve: {_NO_SUCH}$", "LC101"),
        (r"^execve: ", "LC103"),
        (r"^Error relocating [^\n]*: (?P<subject>[^:\n]*): initial-exec TLS", "LC209"),
        (_REFUSED + r"\n(?:[^\n]*\n)*?[^\n]*: can't load library '(?P<subject>(?:[^'\n]*/)?(?P=name))'$", "LC202"),
        (_REFUSED + r"\n(?:[^\n]*\n)*?[^\n]*: can't load library '(?P<subject>[^'\n]*)'$", "LC201 LC202"),
        (r"can't load library '(?P<subject>[^'\n]*)'$", "LC201"),
        (r"symbol '(?P<subject>[^']*)': can't resolve symbol", "LC204"),
        (r"Can't resolve symbol '(?P<subject>[^']*)'", "LC204"),
        (r"can't handle reloc type ", "LC208"),
        (r"^cannot allocate memory in static TLS block$", "LC209"),
        (r"Program uses unsupported TLS data!|Can't modify ", "LC209"),
        (r": cannot apply additional memory protection after relocation$", "LC209"),
        (_OF_ENV, "LC103 LC105 LC106"),
        (
            r"^[^\n]*?: (?:can't map )?'[^\n]*'(?: is | library contains |$)[^\n]*\n(?:[^\n]*\n)*?File not found$",
            "LC201 LC202",
        ),
        (r"^File not found$", "LC201"),
        (r"^(Not an ELF|Not i386|Unrecognized binary|Unable to mmap|No dynamic section|Library contains)", "LC202"),
        # dlerror(3): of glibc the same words without the program's name, of musl without who needs it
        (r"^(?P<subject>[^:\n]*): cannot open shared object file: No such file or directory$", "LC201"),
        (r"^(?P<subject>[^:\n]*): cannot open shared object file: ", "LC201 LC202"),
        (r"^[^:\n]*: undefined symbol: (?P<subject>[^,\n]+)", "LC204"),
        (r"^[^:\n]*: symbol (?P<subject>[^,\n]+), version [^\n]* link time reference", "LC204"),
        (r"^[^:\n]*: unexpected reloc type (?P<subject>0x[0-9a-f]+)", "LC208"),
        (r"^(?P<subject>[^:\n]*): (cannot dynamically load|cannot enable exec|cannot allocate memory in)", "LC209"),
        (r"^(?P<subject>[^:\n]*): shared object cannot be dlopen\(\)ed", "LC209"),
        (rf"^Error loading shared library (?P<subject>[^:\n]*): {_NO_SUCH}$", "LC201"),
        (r"^Error loading shared library (?P<subject>[^:\n]*): [^:\n]*$", "LC201 LC202"),
        (r"^(?P<subject>[^:\n]*): (wrong ELF class|invalid ELF header|file too short|cannot read file data)", "LC202"),
        (r"^(?P<subject>[^:\n]*): (object file has no|only ET_DYN and ET_EXEC)", "LC202"),
    )
)


def place(outcome: Outcome) -> Place:
    """Where a program that really ended got stuck; no codes where the words are not known."""
    if isinstance(outcome, Started):
        return Place(frozenset(("starts",)))
    if isinstance(outcome, Refused):
        return Place(frozenset(_ERRNOS.get(outcome.errno, "").split()))
    if not isinstance(outcome, Died):
        return Place(frozenset())
    found = [
        (match.start(), order, match)
        for order, (each, _) in enumerate(_LINES)
        if (match := each.search(outcome.stderr))
    ]
    if not found and outcome.status in _SILENT and not outcome.stderr:
        return Place(frozenset(["LC104", "LC107", "LC208"] if outcome.status == 1 else ["LC208"]))
    if not found:
        return Place(frozenset(["LC103", "LC107", "LC108", "LC207"] if outcome.signal else ()))
    _, order, match = min(found, key=lambda each: each[:2])
    return Place(frozenset(_LINES[order][1].split()), match.groupdict().get("subject"))
