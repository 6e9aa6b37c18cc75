"""Ways out by another build of a Rust program: statically against musl or glibc, against an older glibc."""

from __future__ import annotations

import re

from libccheck.libc import image_libc
from libccheck.model import Content, Elf, Finding, Program
from libccheck.remedy import hypothesis
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command, word
from libccheck.remedy.compiled import is_more, lost_statically, needs_only_libc
from libccheck.remedy.exports import OF_GLIBC, exported
from libccheck.remedy.offer import BUILD, TOOL, Offer, offered
from libccheck.remedy.older import Floor, linked_against, version_of
from libccheck.toolchain.rust import rust_source
from libccheck.toolchain.sources import source_files

_MACHINES = {"linux/amd64": "x86_64", "linux/arm64": "aarch64"}
_NOT_FOR = ("LC100", "LC102", "LC104", "LC107", "LC108")
_OLDEST = (2, 17)
_UNIT = re.compile(r"(\w+)\.[0-9a-f]+-cgu\.\d+\Z")
_OF_STD = ("__res_init", "gnu_get_libc_version", "__cxa_thread_atexit_impl")
"""What the standard library calls of glibc alone."""


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    """Not for a program that needs libraries of C besides the C library."""
    program = case.check.program
    elf = program.content.elf
    machine = _MACHINES.get(case.check.image.platform)
    if elf is None or machine is None or elf.interpreter is None or finding.code in _NOT_FOR:
        return ()
    if not needs_only_libc(elf) or not rust_source(elf, program.data) or is_more(program):
        return ()
    return (*_static(case, elf, machine), *_older(case, machine, finding))


def _static(case: Case, elf: Elf, machine: str) -> tuple[Offer, ...]:
    made: tuple[Offer, ...] = ()
    for template, libc, system in (("rust-musl", "musl", "musl"), ("rust-static", "glibc", "gnu")):
        lost = lost_statically(elf, libc, _OF_STD)
        if lost is not None:
            target = f"{machine}-unknown-linux-{system}"
            title = f"link it statically, against {libc}"
            content = hypothesis.static(case.check.program.content)
            basis = "a static build of this program" + (f"; {target} must be installed" if libc == "musl" else "")
            made += _build(case, template, title, target, content, basis, lost=lost)
    return made


def _older(case: Case, machine: str, finding: Finding) -> tuple[Offer, ...]:
    libc = image_libc(case.check.image)
    there = version_of(libc.version) if libc is not None and libc.family == "glibc" and libc.version else None
    if finding.code != "LC203" or there is None or there < _OLDEST:
        return ()
    content = linked_against(case.check.program.content, Floor(there), exported(case, OF_GLIBC))
    if content is None:
        return ()
    release = f"{there[0]}.{there[1]}"
    title = f"link it against glibc {release}, which the image has"
    basis = "this program with each symbol bound to its version there"
    target = f"{machine}-unknown-linux-gnu"
    return _build(case, "rust-older", title, target, content, basis, release=f".{release}", by=TOOL)


def _build(
    case: Case,
    template: str,
    title: str,
    target: str,
    content: Content,
    basis: str,
    *,
    release: str = "",
    lost: list[str] | None = None,
    by: int = BUILD,
) -> tuple[Offer, ...]:
    """cargo leaves what it makes for a named target in a directory of that name."""
    name = cargo_name(case.check.program)
    place = word(f"target/{target}/release/{name}")
    place += ", with - for _ if cargo calls it so" if "_" in name and name != case.file_name else ""
    return offered(
        by,
        title,
        [command(template, target=f"{target}{release}")],
        case.with_content(content),
        f"predicted for {basis}; it is then {place}",
        lost=lost or (),
    )


def cargo_name(program: Program) -> str:
    """What cargo calls the program: the file's name, unless no crate of it has that: then the first one's.

    In those `-` is `_`.
    """
    name, elf = program.path.rpartition("/")[2], program.content.elf
    units = map(_UNIT.match, source_files(elf, program.data)) if elf is not None else iter(())
    crates = [match[1] for match in units if match]
    return name if not crates or name.replace("-", "_") in crates else crates[0]
