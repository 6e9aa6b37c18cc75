"""Ways out by another build of a Go program that needs C: static, against an older glibc, for another machine."""

from __future__ import annotations

import shlex
from functools import partial

from libccheck.libc import image_libc
from libccheck.model import Content, Elf, Finding, Program
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command
from libccheck.remedy.compiled import its_compiler, lost_statically, needs_cpp, needs_only_libc
from libccheck.remedy.exports import OF_GLIBC, exported
from libccheck.remedy.golang_words import MACHINES, PURE, build_words, lost, lost_of_build, unsaid
from libccheck.remedy.hypothesis import for_machine, static
from libccheck.remedy.offer import BUILD, TOOL, Offer, offered
from libccheck.remedy.older import Floor, linked_against, version_of
from libccheck.remedy.ziglang import OLDEST_GLIBC, zig_target
from libccheck.toolchain.bindings import BINDINGS, binding
from libccheck.toolchain.go import GoBuild
from libccheck.toolchain.sources import source_files

_STATICALLY = "-linkmode external -extldflags -static"
_OF_NET = ("res_nsearch", "res_ninit", "res_nclose", "__res_nsearch", "__res_ninit", "__res_nclose")
"""What `net` calls of glibc alone, unless it is in Go."""


def with_c(
    case: Case, build: GoBuild, callers: tuple[str, ...], needing: list[str], finding: Finding
) -> tuple[Offer, ...]:
    """Of libraries of C besides the C library nothing is known, so then there is none.

    needing: those of the packages that call C which cannot do without.
    """
    elf = case.check.program.content.elf
    if elf is None or not needs_only_libc(elf):
        return ()
    why = f"; CGO_ENABLED=0 is no way, since {_who(needing)}"
    static_ones = _static(case, elf, build, callers, why)
    return static_ones if _is_cpp(case.check.program) else (*static_ones, *_older(case, build, finding, why))


def _static(case: Case, elf: Elf, build: GoBuild, callers: tuple[str, ...], why: str) -> tuple[Offer, ...]:
    """With net and os/user in Go, which would open libraries of the same glibc when it runs."""
    if lost_statically(elf, "glibc") is None:
        return ()
    platform = case.check.image.platform
    tags = [tag for package, tag in PURE.items() if package in callers]
    words_for = partial(build_words, build, case.file_name, tags=tags, ldflags=_STATICALLY)
    words = words_for()
    in_musl = (
        not _is_cpp(case.check.program)
        and lost_statically(elf, "musl", _OF_NET if "net" in callers else ()) is not None
    )
    content = static(case.check.program.content)
    gone = [*lost(callers), *lost_of_build(build)]
    basis = f"predicted for a static build of this program{why}{unsaid(build)}"
    made: tuple[Offer, ...] = ()
    if platform == f"linux/{build.setting('GOARCH') or 'amd64'}":
        result = case.with_content(content)
        more = [each for each in lost_statically(elf, "glibc") or () if not lost(callers) or "nsswitch" not in each]
        by_gcc, by_musl = [command("go-c-static", **words)], [command("go-musl", **words)]
        native = f"{basis}{its_compiler(platform)}"
        made += offered(BUILD, "link it statically", by_gcc, result, native, lost=[*gone, *more])
        if not in_musl:
            return made
        made += offered(TOOL, "link it statically against musl", by_musl, result, native, lost=gone)
    target, other = zig_target(platform, "musl"), for_machine(content, case.check.host.machine)
    if target is not None and other is not None and in_musl:
        own = platform == f"linux/{build.setting('GOARCH') or 'amd64'}"
        words = words if own else words_for(machine=MACHINES.get(platform))
        by_zig = [command("go-zig", cc=_zig(target), **words)]
        title = f"build it statically with zig, for {platform}"
        made += offered(TOOL, title, by_zig, case.with_content(other), basis, lost=gone)
    return made


def _older(case: Case, build: GoBuild, finding: Finding, why: str) -> tuple[Offer, ...]:
    libc = image_libc(case.check.image)
    there = version_of(libc.version) if libc is not None and libc.family == "glibc" and libc.version else None
    target = zig_target(case.check.image.platform, "glibc", there) if there is not None else None
    if finding.code != "LC203" or there is None or there < OLDEST_GLIBC or target is None:
        return ()
    content: Content | None = linked_against(case.check.program.content, Floor(there), exported(case, OF_GLIBC))
    if content is None:
        return ()
    return offered(
        TOOL,
        f"link it against glibc {there[0]}.{there[1]}, which the image has",
        [command("go-zig", cc=_zig(target), **build_words(build, case.file_name, by_c=True))],
        case.with_content(content),
        f"predicted for this program with each symbol bound to its version there{why}{unsaid(build)}",
    )


def _is_cpp(program: Program) -> bool:
    """Some of its C is C++: then a C compiler for another C library alone does not do."""
    elf = program.content.elf
    return elf is not None and needs_cpp(elf, source_files(elf, program.data))


def _who(needing: list[str]) -> str:
    """Who needs C, and what does without."""
    if needing == [""]:
        return 'some package of it imports "C"'
    if needing == ["main"]:
        return "its own code needs C"
    package = next((each for each in needing if binding(each) is not None), needing[0])
    instead = BINDINGS.get(binding(package) or "", "")
    return f"{package} needs C" + (f" (without it: {instead})" if instead else "")


def _zig(target: str) -> str:
    return shlex.quote(f"zig cc -target {target}")
