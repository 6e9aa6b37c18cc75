"""A way out for what was built on a newer release than the image has: the same compiler on an older one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from libccheck.libc import image_libc
from libccheck.model import Content, Finding, Program
from libccheck.record import NamedTuple
from libccheck.releases import DEBIAN, RUNTIMES, suites_of
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command
from libccheck.remedy.compiled import compiled, is_more, libraries_of
from libccheck.remedy.exports import OF_GCC, OF_GLIBC, exported
from libccheck.remedy.offer import BUILD, Offer, offered
from libccheck.remedy.older import Floor, linked_against, version_of
from libccheck.toolchain.comment import tools
from libccheck.toolchain.go import build_info
from libccheck.toolchain.rust import rust_source

_GO_RELEASE = re.compile(r"go(\d+)\.(\d+)")


class _Toolchain(NamedTuple):
    """A compiler as a public image: "golang", (1, 24). number: () for GCC, of which each release has its own."""

    repository: str
    number: tuple[int, ...]


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    """The newest release of Debian that is no newer than the image and has that compiler, and on which it would start.

    Which one that is follows from the versions that the program asks for: each must be there in an older form.
    """
    libc = image_libc(case.check.image)
    there = version_of(libc.version) if libc is not None and libc.family == "glibc" and libc.version else None
    toolchain = toolchain_of(case.check.program) if finding.code == "LC203" and there is not None else None
    if there is None or toolchain is None:
        return ()
    symbols = exported(case, (*OF_GLIBC, *OF_GCC))
    for suite, glibc, tag in _builders(toolchain, there):
        older = linked_against(case.check.program.content, Floor(glibc, RUNTIMES[suite]), symbols)
        if older is None:
            continue
        version = f"glibc {glibc[0]}.{glibc[1]}"
        more = _more(case.check.program, older) if toolchain.repository == "gcc" else ""
        found = offered(
            BUILD,
            f"build it on {suite} ({version}), which is no newer than the image",
            [command("builder", reference=tag)],
            case.with_content(older),
            f"predicted for this program with each symbol bound to its version in {version}{more}",
        )
        if found:
            return found
    return ()


def toolchain_of(program: Program) -> _Toolchain | None:
    """What built it, where that is known well enough to name a public image that has it."""
    elf = program.content.elf
    if elf is None or elf.interpreter is None:
        return None
    go = build_info(elf, program.data)
    if go is not None:
        match = _GO_RELEASE.match(go.version)
        return _Toolchain("golang", (int(match[1]), int(match[2]))) if match else None
    if rust_source(elf, program.data):
        number = rust_release(program) if not is_more(program) else None
        return _Toolchain("rust", number) if number else None
    return _Toolchain("gcc", ()) if compiled(program) is not None else None


def rust_release(program: Program) -> tuple[int, int] | None:
    """The release of rustc, by the line that it leaves; None where there is none."""
    from libccheck.notes import read  # elftools takes its time

    found = (each.version for each in tools(read(program.data).comment) if each.name == "rustc")
    return next((version_of(each) for each in found), None)


def _more(program: Program, older: Content) -> str:
    """What has to be said to the linker of a release whose libc.so.6 has not yet taken in the others."""
    before = program.content.elf.needed if program.content.elf is not None else ()
    after = older.elf.needed if older.elf is not None else ()
    flags = libraries_of(each for each in after if each not in before)
    return f"; its link has to say {' '.join(flags)} there" if flags else ""


def _builders(toolchain: _Toolchain, newest: tuple[int, int]) -> Iterator[tuple[str, tuple[int, int], str]]:
    """Release, its glibc and the tag to build on, the newest first."""
    versions = {suite: version_of(DEBIAN[suite].version) for suite in RUNTIMES}
    found = {suite: version for suite, version in versions.items() if version is not None and version <= newest}
    for suite in sorted(found, key=lambda each: found[each], reverse=True):
        number = toolchain.number or (int(RUNTIMES[suite].compiler),)
        if suite in suites_of(toolchain.repository, number):
            yield suite, found[suite], f"{toolchain.repository}:{'.'.join(map(str, number))}-{suite}"
