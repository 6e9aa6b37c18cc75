"""A program that one stage builds and another one runs: whether the two fit."""

from __future__ import annotations

from libccheck.dockerfile.candidates import Candidate
from libccheck.dockerfile.files import Found
from libccheck.dockerfile.installing import COMPATIBLE
from libccheck.dockerfile.made import DYNAMIC, Build, Made
from libccheck.dockerfile.situation import Situation
from libccheck.dockerfile.stage import Built
from libccheck.dotted import dotted
from libccheck.libc import image_libc
from libccheck.model import Died, File, Finding, Launch, Outcome, Refused, Started, Unclear
from libccheck.record import NamedTuple

_AFTER = "libccheck check of what the build makes would tell"
_UNLESS = "unless the build happens to be static, which nothing here shows"


class Verdict(NamedTuple):
    outcome: Outcome
    findings: tuple[Finding, ...]


def judge(candidate: Candidate, found: Found, made: Made, real: Launch, situation: Situation) -> Verdict:
    """The launch of the program as its build determines it, and what the pair of stages has to do with it."""
    build, builder = made.build, situation.stages[made.builder]
    at = situation.at(found.line, found.stage)
    if build.fails:
        return _unclear(candidate, build.fails)
    if isinstance(real.outcome, Refused) and real.outcome.errno == "ENOEXEC":
        return Verdict(real.outcome, (_other_machine(candidate, build, builder, situation), *real.findings))
    if isinstance(real.outcome, (Refused, Died)):
        return _failing(candidate, made, real, situation, at=at)
    doubt = _doubt(build, builder, situation) if isinstance(real.outcome, Started) else ""
    findings = real.findings
    outcome = real.outcome
    if build.lost:
        findings = (*findings, Finding("LC902", candidate.path, build.lost, at=at))
    if doubt:
        outcome = Unclear(doubt)
        findings = (Finding("LC401", candidate.path, doubt, at=at), *findings)
    if builder.stage.of_builder and not build.fixed_machine:
        findings = (*findings, _other_machine(candidate, build, builder, situation))
    return Verdict(outcome, (*findings, *_floating(build, builder, situation)))


def kept_toolchain(situation: Situation) -> list[Finding]:
    """The final image holds the compiler that built what it runs."""
    built = situation.target
    own = {built.number} | {
        number
        for number, each in situation.stages.items()
        if each.files.placed and _is_ancestor(each, built, situation)
    }
    makes = [each.entry for each in built.files.placed if isinstance(each.entry, Made) and each.entry.builder in own]
    if not makes:
        return []
    tools = sorted(
        built.packages
        & {"golang-go", "golang", "go", "gcc", "g++", "build-essential", "build-base", "cargo", "rustc", "clang"}
    )
    what = " and ".join(tools) if tools else built.base.reference
    size = (
        f", {built.image.size / 1e6:.0f} MB without them"
        if built.image is not None and built.image.size and tools
        else ""
    )
    message = f"the image keeps {what}, which only the build needs{size}: a second stage would hold the program alone"
    return [Finding("LC411", what, message, at=situation.at(built.stage.line, built.stage.title))]


def _is_ancestor(stage: Built, of: Built, situation: Situation) -> bool:
    here: Built | None = of
    for _ in range(len(situation.stages)):
        if here is None or here.stage.parent is None:
            return False
        here = situation.stages.get(here.stage.parent)
        if here is stage:
            return True
    return False


def _failing(candidate: Candidate, made: Made, real: Launch, situation: Situation, at: object) -> Verdict:
    build, builder = made.build, situation.stages[made.builder]
    first = real.findings[0] if real.findings else None
    code = {"LC203": "LC401", "LC101": "LC402", "LC201": "LC402"}.get(first.code if first else "")
    if first is None or code is None:
        return Verdict(real.outcome, real.findings)
    target = situation.target
    if build.family == "glibc" and target.base.family == "musl" and target.packages & COMPATIBLE:
        return _unclear(
            candidate,
            f"{sorted(target.packages & COMPATIBLE)[0]} carries some programs made for glibc and not others; {_AFTER}",
        )
    if first.code == "LC201" and not situation.is_whole:
        return _unclear(candidate, f"{first.message}, as far as it is known: {situation.why_not_whole}")
    if first.code == "LC101" and (target.opaque or target.base.family is None):
        return _unclear(candidate, f"{first.message}, as far as it is known: {situation.why_not_whole}")
    message = _mismatch(first, build, builder, situation)
    finding = Finding(code, candidate.path, message, at=at)  # type: ignore[arg-type]
    return Verdict(real.outcome, (finding, *real.findings, *_floating(build, builder, situation)))


def _mismatch(first: Finding, build: Build, builder: Built, situation: Situation) -> str:
    runtime = situation.target.base.reference
    where = f"line {build.line} of stage {build.stage}"
    built_on = f"{builder.base.reference} has {build.family} {build.version}".rstrip()
    unless = "" if build.certain else f", {_UNLESS}"
    if first.code == "LC203" and first.subject.startswith("GLIBCXX"):
        lacks = f"newer than that of {runtime}: {first.subject} is missing there"
        return f"{where} links it with the libstdc++ of {builder.base.reference}, {lacks}"
    if first.code == "LC203":
        own = _version(situation)
        lacks = f"{runtime} has {build.family} {own}: {first.subject} is missing there"
        return f"{where} links it on {built_on}, and {lacks}{unless}"
    if first.code == "LC201":
        return f"{where} links it with {first.subject}, which {runtime} does not have{unless}"
    has = image_libc(situation.image)
    there = f"has {has.family} {has.version or ''}".rstrip() if has else "has no loader at all"
    return f"{where} links it against {build.family} ({build.why}), and {runtime} {there}{unless}"


def _doubt(build: Build, builder: Built, situation: Situation) -> str:
    """Why a program that starts as far as it is known might not; "" where nothing speaks against it."""
    if build.link != DYNAMIC or builder.number == situation.target.number:
        return ""
    unfound = [each for each in build.open if not _has(situation, each)]
    if unfound:
        runtime = situation.target.base.reference
        return f"it is linked with -l{unfound[0]}, and no lib{unfound[0]}.so is known to be in {runtime}"
    if build.runtime and not _defines(situation, build.runtime):
        return (
            f"it is linked with the libstdc++ of {builder.base.reference}, which is newer than that of "
            f"{situation.target.base.reference}: it may want a version up to {build.runtime}; {_AFTER}"
        )
    own = _version(situation)
    if build.family != "glibc" or not own or not build.version:
        return ""
    newer = dotted(build.version)[:2] > dotted(own)[:2]
    if not newer or (build.exact and not build.low):
        return ""
    least = "2.34" if dotted(build.version) >= (2, 34) and not build.low else "an older one"
    return (
        f"it is linked on glibc {build.version} ({builder.base.reference}) and runs on {own}: "
        f"every program linked there wants {least}, and this one may want more; {_AFTER}"
    )


def _defines(situation: Situation, version: str) -> bool:
    """Whether the libstdc++ of the stage that runs has that version."""
    tree = situation.target.files.tree()
    for path in tree:
        node = tree.resolve(path).node if path.endswith("/libstdc++.so.6") else None
        elf = node.load().elf if isinstance(node, File) else None
        if elf is not None and elf.versions_defined is not None:
            return any(each.name == version for each in elf.versions_defined)
    return False


def _version(situation: Situation) -> str:
    libc = image_libc(situation.image)
    return (libc.version or "") if libc is not None and libc.family == "glibc" else ""


def _has(situation: Situation, name: str) -> bool:
    built = situation.target
    if built.packages:
        return any(name in each for each in built.packages)
    return any(f"/lib{name}.so" in path for path in built.files.tree())


def _floating(build: Build, builder: Built, situation: Situation) -> tuple[Finding, ...]:
    """A builder whose tag moves on to newer releases, while the runtime stage stays or moves at its own pace."""
    base, runtime = builder.base, situation.target.base
    moved = base.floating
    if build.link != DYNAMIC or build.family != "glibc" or moved is None or not moved.suite:
        return ()
    if runtime.family != "glibc" or builder.number == situation.target.number or runtime.reference == base.reference:
        return ()
    was = f", {moved.before} before" if moved.before else ""
    message = (
        f"{base.reference} names no release: it is {moved.suite} since {moved.since}{was}, and moves on; "
        f"{runtime.reference} does not move with it"
    )
    return (
        Finding(
            "LC403",
            base.reference,
            message,
            at=situation.at(_root(builder, situation).stage.line, _root(builder, situation).stage.title),
        ),
    )


def _root(built: Built, situation: Situation) -> Built:
    while built.stage.parent is not None and built.stage.parent in situation.stages:
        built = situation.stages[built.stage.parent]
    return built


def _other_machine(candidate: Candidate, build: Build, builder: Built, situation: Situation) -> Finding:
    root = _root(builder, situation)
    wanted = situation.host.machine
    if build.machine != wanted:
        message = f"line {build.line} of stage {build.stage} builds for {build.machine}, and the image is for {wanted}"
    else:
        where = f"line {build.line} of stage {build.stage}"
        message = f"{where} builds for the builder's machine, whatever the image is for: nothing there takes TARGETARCH"
    return Finding("LC404", candidate.path, message, at=situation.at(root.stage.line, root.stage.title))


def _unclear(candidate: Candidate, reason: str) -> Verdict:
    return Verdict(Unclear(reason), (Finding("LC902", candidate.path, reason),))
