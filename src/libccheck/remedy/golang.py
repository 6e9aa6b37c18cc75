"""Ways out by another build of a Go program: without cgo, for another machine."""

from __future__ import annotations

from typing import Any

from libccheck.model import Content, Finding
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command
from libccheck.remedy.golang_c import with_c
from libccheck.remedy.golang_words import MACHINES, build_words, lost, lost_of_build, unsaid
from libccheck.remedy.hypothesis import for_machine, static
from libccheck.remedy.offer import BUILD, Offer, offered
from libccheck.toolchain.bindings import WITH_OR_WITHOUT
from libccheck.toolchain.cgo import STANDARD, callers_of_c, gives_or_takes, has_support_for_c
from libccheck.toolchain.go import GoBuild, build_info


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    program = case.check.program
    elf = program.content.elf
    build = build_info(elf, program.data) if elf is not None and finding.code not in ("LC104", "LC107") else None
    if elf is None or build is None or (elf.interpreter is None and finding.code != "LC102"):
        return ()
    callers = callers_of_c(program.data)
    needing = _needing(build, callers, program.data)
    if needing:
        return with_c(case, build, callers, needing, finding)
    if finding.code == "LC102":
        return _other_machine(case, build, program.content)
    return _without_cgo(case, build, callers)


def _without_cgo(case: Case, build: GoBuild, callers: tuple[str, ...]) -> tuple[Offer, ...]:
    """A position-independent program has a loader even without cgo."""
    was_on = build.setting("CGO_ENABLED") != "0"
    if not was_on and build.setting("-buildmode") != "pie":
        return ()
    return offered(
        BUILD,
        "build it without cgo" if was_on else "build it without -buildmode=pie",
        [command("go-static", **build_words(build, case.file_name))],
        case.with_content(static(case.check.program.content)),
        f"predicted for a static build of this program{unsaid(build)}",
        lost=[*(lost(callers, everything=not callers) if was_on else ()), *lost_of_build(build)],
    )


def _other_machine(case: Case, build: GoBuild, content: Content) -> tuple[Offer, ...]:
    platform = case.check.image.platform
    machine = MACHINES.get(platform)
    other = for_machine(static(content), case.check.host.machine)
    if machine is None or other is None:
        return ()
    return offered(
        BUILD,
        f"build it for {platform}",
        [command("go-static", **build_words(build, case.file_name, machine=machine))],
        case.with_content(other),
        f"predicted for a static build of this program for that machine{unsaid(build)}",
        lost=lost_of_build(build),
    )


def _needing(build: GoBuild, callers: tuple[str, ...], data: Any) -> list[str]:
    """The packages that cannot do without C; "" for one that is not known by name."""
    needing = [each for each in callers if each not in STANDARD and each not in WITH_OR_WITHOUT]
    if needing or build.setting("CGO_ENABLED") == "0":
        return needing
    if gives_or_takes(data):
        return [""]
    flags = build.setting("-ldflags") or ""
    asked = any(build.setting(each) == "true" for each in ("-race", "-msan", "-asan")) or "-linkmode" in flags
    return [""] if not callers and not asked and has_support_for_c(data) else []
