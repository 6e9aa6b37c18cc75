"""What becomes of the programs of the target stage: each is launched there as far as it is known, and judged."""

from __future__ import annotations

from libccheck.dockerfile import pairs
from libccheck.dockerfile.candidates import Candidate, candidates, in_path
from libccheck.dockerfile.files import Found
from libccheck.dockerfile.made import Made, Unknown
from libccheck.dockerfile.pairs import Verdict
from libccheck.dockerfile.situation import Situation
from libccheck.errors import LibccheckError
from libccheck.imagined import library
from libccheck.launch import launch
from libccheck.machines import machine_name, machine_number
from libccheck.model import (
    Check,
    Config,
    Content,
    Died,
    File,
    Finding,
    Image,
    Launch,
    Process,
    Program,
    Refused,
    Unclear,
    User,
)
from libccheck.process import DEFAULT_PATH, user_of
from libccheck.remedy.plausible import has_versions
from libccheck.remedy.taken import parts
from libccheck.tree import Tree

_OF_SCRIPT = {"LC106": "LC405", "LC104": "LC406", "LC105": "LC407"}
_MOST_ROUNDS = 3
_STOPPED = 125  # what `docker run` ends with where the engine itself cannot go on
_SOMEBODY = User(1000, 1000)


def checks_of(situation: Situation) -> tuple[Check, ...]:
    """One check a program: what the container starts first, then what else was built or copied."""
    return tuple(_check(each, situation) for each in candidates(situation))


def _check(candidate: Candidate, situation: Situation) -> Check:
    built = situation.target
    tree = built.files.tree()
    user, trouble = _user(situation)
    process = Process(candidate.argv, _environment(situation), built.workdir, user)
    path = candidate.path
    if "/" not in path:
        path = in_path(path, situation) or path
    found = _found(situation, path)
    real = _launched(tree, candidate, process, situation)
    verdict = _verdict(candidate, found, real, situation)
    if candidate.first:
        verdict = _with_remarks(verdict, trouble, situation)
    line = candidate.line or (found.line if found else 0)
    stage = candidate.stage or built.stage.title
    content, mode, size = _contents(found)
    findings = tuple(each if each.at else each._replace(at=situation.at(line, stage)) for each in verdict.findings)
    return Check(
        Program(candidate.path, content, mode, size, memoryview(b"")),
        situation.image,
        situation.host,
        path if path.startswith("/") else candidate.path,
        real._replace(outcome=verdict.outcome, findings=findings),
        process=process,
        at=situation.at(line, stage),
    )


def _launched(tree: Tree, candidate: Candidate, process: Process, situation: Situation) -> Launch:
    """Libraries of packages have what is taken of them, as far as the release may have it."""
    result = launch(tree, candidate.path, process, situation.host)
    provided = situation.target.provided
    node = tree.resolve(result.main).node
    elf = node.load().elf if isinstance(node, File) else None
    for _ in range(_MOST_ROUNDS):
        machine = machine_name(elf) if elf is not None else ""
        if elf is None or machine_number(machine) is None or not provided or not isinstance(result.outcome, Died):
            break
        found = parts(tree, elf, result, provided)
        nodes = {
            provided[name]: library(machine, name, part.versions, exports=part.symbols)
            for name, part in found.items()
            if has_versions(situation.image, part.versions)
        }
        result = launch(tree.overlay(nodes), candidate.path, process, situation.host)
    return result


def _verdict(candidate: Candidate, found: Found | None, real: Launch, situation: Situation) -> Verdict:
    """By what is known of the file: built by a RUN line, copied as it is, of the base, or nobody knows."""
    base = situation.target.base
    if candidate.first and candidate.form == "CMD" and not candidate.shell and not base.runs_commands:
        reason = f"whether {base.reference} has an ENTRYPOINT, which gets this as its arguments, is not known"
        return _unclear(reason, "the image itself", candidate)
    if candidate.shell and found is None and situation.is_whole:
        finding = Finding(
            "LC408", candidate.path, f"{candidate.form} is in shell form, and there is no {candidate.path} in the image"
        )
        return Verdict(real.outcome, (finding, *real.findings))
    if found is not None and isinstance(found.entry, Unknown):
        return _unclear(found.entry.reason, found.entry.settles, candidate)
    if found is None:
        if situation.is_whole:
            return Verdict(real.outcome, real.findings)
        reason = f"whether there is {candidate.path} is not known before the build: {situation.why_not_whole}"
        return _unclear(reason, "", candidate)
    if isinstance(found.entry, Made):
        return pairs.judge(candidate, found, found.entry, real, situation)
    if found.context is not None and isinstance(real.outcome, (Refused, Died)):
        return _copied(candidate, found, real, situation)
    if isinstance(real.outcome, (Refused, Died)) and not situation.is_whole:
        return _unclear(f"{real.findings[0].message}, as far as it is known: {situation.why_not_whole}", "", candidate)
    return Verdict(real.outcome, real.findings)


def _copied(candidate: Candidate, found: Found, real: Launch, situation: Situation) -> Verdict:
    """A file of the build context, put through the launch as it is."""
    first = real.findings[0] if real.findings else None
    code = _OF_SCRIPT.get(first.code if first else "", "LC410")
    if isinstance(found.entry, File) and found.entry.load().elf is not None and code != "LC406":
        code = "LC410"
    unsure = code in ("LC407", "LC410") and first is not None and _is_of_packages(first, situation)
    if unsure and not situation.is_whole and first is not None:
        return _unclear(f"{first.message}, as far as it is known: {situation.why_not_whole}", "", candidate)
    message = f"{found.context} is copied from the build context, and {first.message}" if first else "it fails"
    at = situation.at(found.line, found.stage)
    return Verdict(real.outcome, (Finding(code, candidate.path, message, at=at), *real.findings))


def _is_of_packages(finding: Finding, situation: Situation) -> bool:
    """Whether files that nobody knows may have what is missing: any file, or what a library of a package has."""
    provided = situation.target.provided
    if finding.code == "LC203":
        return finding.evidence[0].path.rpartition("/")[2] in provided
    return finding.code in ("LC105", "LC101", "LC201") or (finding.code == "LC204" and bool(provided))


def _with_remarks(verdict: Verdict, trouble: str, situation: Situation) -> Verdict:
    """What the container needs beside its program: its user; its health check; and what it carries needlessly."""
    built = situation.target
    findings = list(verdict.findings)
    outcome = verdict.outcome
    if trouble:
        at = situation.at(built.user_line, built.stage.title)
        findings.insert(0, Finding("LC409", built.user, f"USER {built.user}: {trouble}", at=at))
        outcome = Died(_STOPPED, None, f"{trouble}\n")
    health = built.healthcheck
    shell = built.shell[0]
    if health is not None and not health.json and situation.is_whole and built.files.tree().resolve(shell).node is None:
        message = f"HEALTHCHECK is in shell form, and there is no {shell} in the image"
        findings.append(Finding("LC412", shell, message, at=situation.at(health.line, health.stage)))
    findings += [*pairs.kept_toolchain(situation), *_kept_for_later(situation)]
    return Verdict(outcome, tuple(findings))


def _kept_for_later(situation: Situation) -> list[Finding]:
    """ONBUILD lines of this file that nothing in it sets off, and a base that may have some of its own."""
    stages = situation.stages.values()
    parents = {each.stage.parent for each in stages}
    left = [(kept, each.stage.title) for each in stages if each.number not in parents for kept in each.triggers]
    message = "is not followed: it acts in images that are built on this one, and not here"
    found = [
        Finding("LC413", "ONBUILD", f"ONBUILD {kept.name} {message}", at=situation.at(kept.line, title))
        for kept, title in left
    ]
    for each in stages:
        base = each.base
        if each.stage.parent is None and each.image is None and "onbuild" in base.tag:
            message = f"what ONBUILD of {base.reference} does here is not known: the image is not at hand"
            found.append(Finding("LC413", base.reference, message, at=situation.at(each.stage.line, each.stage.title)))
    return found


def _unclear(reason: str, settles: str, candidate: Candidate) -> Verdict:
    """`settles` says what would tell."""
    told = f"{reason}; {settles} would tell" if settles else reason
    return Verdict(Unclear(told), (Finding("LC902", candidate.path, told),))


def _user(situation: Situation) -> tuple[User, str]:
    """Who runs it, and the runtime's words where there is no such user."""
    built = situation.target
    name = built.user.partition(":")[0]
    if name in built.users:
        return _SOMEBODY, ""
    try:
        return user_of(built.user, built.files.tree()), ""
    except LibccheckError as error:
        known = situation.is_whole and not built.packages and built.user_line and "\0" not in built.user
        return _SOMEBODY, error.message if known else ""


def _environment(situation: Situation) -> tuple[tuple[str, str], ...]:
    return tuple({"PATH": DEFAULT_PATH, **situation.target.env}.items())


def _found(situation: Situation, path: str) -> Found | None:
    files = situation.target.files
    absolute = path if path.startswith("/") else f"{situation.target.workdir.rstrip('/')}/{path.removeprefix('./')}"
    resolved = files.tree().resolve(absolute)
    return files.find(resolved.path if resolved.node is not None else files.landing(absolute))


def _contents(found: Found | None) -> tuple[Content, int, int]:
    if found is not None and isinstance(found.entry, Made):
        return found.entry.content, found.mode or found.entry.mode, 0
    if found is not None and isinstance(found.entry, File):
        return found.entry.load(), found.entry.mode, found.entry.size
    return Content(b"", None, None, None), 0, 0


def image_of(reference: str, image: Image | None, platform: str, config: Config, tree: object) -> Image:
    """The target stage as an image: its base's origin, its own config and files."""
    if image is None:
        return Image(reference, "known", None, platform, None, (), config, tree)
    return image._replace(reference=reference, config=config, tree=tree, layers=(), size=image.size)
