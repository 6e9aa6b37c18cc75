"""Ways out by another build of a C or C++ program: static, for another machine, with other flags."""

from __future__ import annotations

from collections.abc import Iterable

from libccheck.libc import program_libc
from libccheck.machines import machine_name
from libccheck.model import Elf, Finding, Launch
from libccheck.remedy import hypothesis
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command, word
from libccheck.remedy.compiled import Compiled, compiled, its_compiler, lost_statically, runtime
from libccheck.remedy.glibc import older_glibc
from libccheck.remedy.musl import dynamic_musl
from libccheck.remedy.offer import BUILD, MAKERS, TOOL, Offer, offered
from libccheck.remedy.ziglang import zig_target

_NOT_FOR = ("LC100", "LC104", "LC107", "LC108")


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    elf = case.check.program.content.elf
    made = compiled(case.check.program) if elf is not None and finding.code not in _NOT_FOR else None
    if elf is None or made is None:
        return ()
    elsewhere = finding.code == "LC102" or case.check.image.platform != "linux/amd64"
    by_zig = elsewhere or made.cpp or _is_32_bit_x86(elf)
    offers = _static_musl(case, made) if by_zig else ()
    if finding.code == "LC102" or _is_32_bit_x86(elf):
        return offers
    if elf.interpreter is None:
        return offers
    others = (*older_glibc(case, made, finding), *dynamic_musl(case, made))
    return (*_flags(case, made, finding), *_static(case, made), *others, *offers)


def _flags(case: Case, made: Compiled, finding: Finding) -> tuple[Offer, ...]:
    """One option that undoes what the image cannot take."""
    content = case.check.program.content
    elf = content.elf
    offers: tuple[Offer, ...] = ()
    if finding.code in ("LC203", "LC207") and elf is not None and 36 in elf.tags:
        result = case.with_content(hypothesis.without_relr(content))
        offers += _build(case, made, "no-relr", "link it without packed relative relocations", result, "such a link")
    if finding.code == "LC205" and case.check.host.machine == "x86_64":
        result = case.with_content(hypothesis.for_baseline(content))
        offers += _build(case, made, "baseline", "build it for every x86-64", result, "such a build", level="x86-64")
    if finding.code in ("LC201", "LC203") and elf is not None and made.cpp and runtime(elf):
        result = case.with_content(hypothesis.with_runtime_inside(content, runtime(elf)))
        offers += _build(case, made, "static-runtime", "link GCC's own libraries into it", result, "such a link")
    return offers


def _static(case: Case, made: Compiled) -> tuple[Offer, ...]:
    content = case.check.program.content
    elf = content.elf
    lost = lost_statically(elf, "glibc") if elf is not None else None
    if elf is None or lost is None:
        return ()
    title, basis = "link it statically", "a static build"
    result = case.with_content(hypothesis.static(content))
    offers = _build(case, made, "static", title, result, basis, lost=lost)
    gone = lost_statically(elf, "musl")
    if not made.cpp and program_libc(elf) == "glibc" and gone is not None:
        offers += _build(case, made, "musl-static", f"{title} against musl", result, basis, lost=gone, by=TOOL)
    return offers


def _static_musl(case: Case, made: Compiled) -> tuple[Offer, ...]:
    """zig has every machine's musl with it."""
    content = case.check.program.content
    smaller = content.elf is not None and _is_32_bit_x86(content.elf)
    platform = "linux/386" if smaller and case.check.image.platform == "linux/amd64" else case.check.image.platform
    target = zig_target(platform, "musl")
    elsewhere = hypothesis.for_machine(hypothesis.static(content), "i386" if smaller else case.check.host.machine)
    lost = lost_statically(content.elf, "musl") if content.elf is not None else None
    if target is None or elsewhere is None or lost is None:
        return ()
    compiler = "c++" if made.cpp else "cc"
    return offered(
        TOOL if made.told else MAKERS,
        f"build it statically with zig, for {platform}",
        [command("zig", compiler=compiler, target=target, output=word(case.file_name), sources=made.sources)],
        case.with_content(elsewhere),
        "predicted for a static build of this program" + made.proviso,
        lost=lost,
    )


def _build(
    case: Case,
    made: Compiled,
    template: str,
    title: str,
    result: Launch,
    basis: str,
    *,
    lost: Iterable[str] = (),
    by: int = BUILD,
    **values: str,
) -> tuple[Offer, ...]:
    words = {"compiler": made.compiler, "output": word(case.file_name), "sources": made.sources, **values}
    basis = f"predicted for {basis} of this program{its_compiler(case.check.image.platform)}{made.proviso}"
    return offered(by if made.told else MAKERS, title, [command(template, **words)], result, basis, lost=lost)


def _is_32_bit_x86(elf: Elf) -> bool:
    """Which the compiler of a 64-bit machine does not build without more ado."""
    return machine_name(elf) == "i386"
