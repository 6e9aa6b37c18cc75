"""Ways out by another build of a Go program: without cgo, for another machine."""

from __future__ import annotations

from libccheck.model import Content, Finding
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command
from libccheck.remedy.golang_c import with_c
from libccheck.remedy.golang_words import MACHINES, build_words, lost
from libccheck.remedy.hypothesis import for_machine, static
from libccheck.remedy.offer import BUILD, Offer, offered
from libccheck.toolchain.bindings import WITH_OR_WITHOUT
from libccheck.toolchain.cgo import STANDARD, callers_of_c
from libccheck.toolchain.go import GoBuild, build_info


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    program = case.check.program
    elf = program.content.elf
    build = build_info(elf, program.data) if elf is not None and finding.code not in ("LC104", "LC107") else None
    if elf is None or build is None or (elf.interpreter is None and finding.code != "LC102"):
        return ()
    callers = callers_of_c(program.data)
    needing = [each for each in callers if each not in STANDARD and each not in WITH_OR_WITHOUT]
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
        "predicted for a static build of this program",
        lost=lost(callers, everything=not callers) if was_on else (),
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
        [command("go-machine", machine=machine, **build_words(build, case.file_name))],
        case.with_content(other),
        "predicted for a static build of this program for that machine",
    )
