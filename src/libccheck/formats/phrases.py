"""What a check says in plain sentences: why it ends as it does, and where its image comes from."""

from __future__ import annotations

from libccheck.formats.paper import Paper
from libccheck.formats.visible import visible, visible_lines
from libccheck.kinds import kind_of
from libccheck.libc import program_libc
from libccheck.model import (
    Check,
    Died,
    Finding,
    Image,
    Loader,
    Outcome,
    Refused,
    Rejected,
    Remedy,
    Started,
    Unclear,
    Verified,
)
from libccheck.placement import file_name
from libccheck.rules import RULES
from libccheck.verdict import findings_of, kind_of_outcome, reasons_of
from libccheck.wording import seen

_MOST_FINDINGS = 8
_MOST_CODES = 4
_MOST_REMEDIES = 4
_ABOUT_LIBC = frozenset(("LC101", "LC103", "LC201", "LC203", "LC204", "LC302"))
_VERB = {"starts": "starts", "refused": "is refused", "dies": "dies", "unclear": "is unclear"}


def verb(check: Check) -> str:
    """ "starts", "is refused", "dies" or "is unclear"; of a library "loads" or "is refused by" its program."""
    said = _VERB[kind_of_outcome(check.launch.outcome)]
    if check.loaded_by is None:
        return said
    if isinstance(check.launch.outcome, (Started, Rejected)):
        return f"{'loads into' if said == 'starts' else 'is refused by'} {visible(file_name(check.loaded_by))}"
    return f"is not loaded by {visible(file_name(check.loaded_by))}, which {said},"


def mark(check: Check, unicode: bool) -> tuple[str, str]:
    """The sign of a verdict and its color."""
    if isinstance(check.launch.outcome, (Refused, Died, Rejected)):
        return ("✗" if unicode else "x"), "red"
    if not isinstance(check.launch.outcome, Started):
        return "?", "yellow"
    if any(RULES[each.code].severity != "info" for each in reasons_of(check)):
        return "!", "yellow"
    return ("✓" if unicode else "+"), "green"


def sentences(check: Check, addition: str) -> str:
    """Every finding as a sentence, then the addition."""
    findings = reasons_of(check)
    texts = list(dict.fromkeys(_as_sentence(each.message) for each in findings[:_MOST_FINDINGS]))
    if len(findings) > _MOST_FINDINGS:
        texts.append(f"And {len(findings) - _MOST_FINDINGS} more.")
    if not findings and isinstance(check.launch.outcome, Unclear):
        texts.append(_as_sentence(check.launch.outcome.reason))
    return " ".join([*texts, addition] if addition else texts)


def ways_out(check: Check, paper: Paper) -> tuple[tuple[Remedy, ...], int]:
    """The remedies to be shown, the best first, and how many are left out."""
    shown = check.remedies if paper.all_remedies else check.remedies[:_MOST_REMEDIES]
    return shown, len(check.remedies) - len(shown)


def lost(remedy: Remedy) -> str:
    """What it costs, "" where that is nothing."""
    return f"lost: {visible(', '.join(remedy.lost))}" if remedy.lost else ""


def proof(remedy: Remedy) -> str:
    """What was put through the model, and what it costs."""
    return "; ".join(filter(None, (visible(remedy.basis), lost(remedy))))


def meeting(check: Check, libc: Loader | None) -> str:
    """Which C libraries meet here, where their names explain something; else empty."""
    findings = reasons_of(check)
    elf = check.program.content.elf
    wanted = program_libc(elf) if elf else None
    if wanted is None or not findings or findings[0].code not in _ABOUT_LIBC or kind_of(check.program) == "script":
        return ""
    if libc is None:
        about = f"It was linked against {wanted}; the image has no loader at all."
        return about if findings[0].code == "LC101" else ""
    if libc.family != wanted:
        return f"It was linked against {wanted}; the image has {libc.family} {libc.version or ''}".rstrip() + "."
    return f"The image has {libc.family} {libc.version or 'of unknown version'}." if findings[0].code == "LC203" else ""


def origin(image: Image) -> str:
    """One line: reference, platform, source, how old."""
    source = {"catalog": "from the catalog", "scratch": "empty", "dir": "directory", "tar": "archive"}
    parts = [visible(image.reference), image.platform, source.get(image.source, f"from {image.source}")]
    if image.as_of:
        parts.append(f"as of {image.as_of}" + (", floating" if image.floating else ""))
    return ", ".join(parts)


def verification(verified: Verified) -> tuple[str, str]:
    """One line on what a real run showed, and its color."""
    held, color = {True: ("held", "green"), False: ("did not hold", "red"), None: ("not decided", "yellow")}[
        verified.held
    ]
    return f"{held}: run by {visible(verified.engine)}, it {visible(verified.how)}", color


def named(image: Image) -> str:
    """Its reference; a base of a Dockerfile need not have one."""
    return visible(image.reference) or "an unnamed base"


def ran(check: Check) -> str:
    """ "held: run by docker 24, it ..." of a check that was really run, else empty."""
    return f"prediction {verification(check.verified)[0]}" if check.verified else ""


def place(finding: Finding) -> str:
    """ "Dockerfile:6, stage build" of a finding in one, else empty."""
    at = finding.at
    return f"{visible(at.file)}:{at.line}, stage {visible(at.stage)}" if at else ""


def end(outcome: Outcome) -> str:
    """How a process ends that dies: "exit status 127" or "killed by SIGSEGV"."""
    if not isinstance(outcome, Died):
        return ""
    return f"killed by {outcome.signal}" if outcome.signal else f"exit status {outcome.status}"


def bare_reason(check: Check) -> str:
    """Why it is unclear, where no finding says that; else empty."""
    outcome = check.launch.outcome
    return outcome.reason if isinstance(outcome, Unclear) and not findings_of(check) else ""


def change(check: Check) -> str:
    """What is new against another image, in one line; empty where there is none to compare with."""
    if check.change is None:
        return ""
    kind, before, came, went = check.change.kind, check.change.before, check.change.came, check.change.went
    other = visible(before.image.reference)
    did = verb(before)
    said = {
        "regression": f"newly fails: it {did} in {other}",
        "fixed": f"is fixed: it {did} in {other}",
        "unchanged": f"ends as in {other}",
        "unclear": f"cannot be compared with {other}: there it {did}",
    }[kind]
    notes = [f"{word} {_codes(found)}" for word, found in (("new", came), ("gone", went)) if found]
    return "; ".join([said, *notes])


def words(check: Check, most: int) -> list[str]:
    """What is seen first of a program that does not start, or that starts and complains: at most so many lines."""
    outcome = check.launch.outcome
    if isinstance(outcome, Refused):
        said = seen(check.launch, check.process)["docker"]
        return [visible(said)] if said else []
    if isinstance(outcome, Rejected) and outcome.dlerror:
        return [visible(outcome.dlerror)]
    if not isinstance(outcome, (Died, Rejected, Started)) or not outcome.stderr:
        return [end(outcome)] if isinstance(outcome, Died) else []
    lines = visible_lines(outcome.stderr)
    more = [f"and {len(lines) - most} more lines"] if len(lines) > most else []
    return lines[:most] + more


def _codes(findings: tuple[Finding, ...]) -> str:
    shown = [f"{each.code} {visible(each.subject)}" for each in findings[:_MOST_CODES]]
    more = [f"{len(findings) - _MOST_CODES} more"] if len(findings) > _MOST_CODES else []
    return ", ".join(shown + more)


def _as_sentence(message: str) -> str:
    """A name keeps its first letter: "libz.so.1: ..." is not "Libz.so.1: ..."."""
    text = visible(message)
    first = text.partition(" ")[0]
    return f"{text[:1].upper() if first.isalpha() else text[:1]}{text[1:]}."
