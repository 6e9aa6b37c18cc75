"""Changes of a Dockerfile that are certain: each is tried on the text, and kept only where the result passes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from difflib import unified_diff

from libccheck.dockerfile.bases import facts_of_base
from libccheck.dockerfile.instructions import Dockerfile, Instruction, parse
from libccheck.dockerfile.shell import UNKNOWN, commands
from libccheck.errors import LibccheckError
from libccheck.model import At, Check, Finding, Report, Started
from libccheck.record import NamedTuple
from libccheck.releases import FLOATING
from libccheck.verdict import severity

Judge = Callable[[str], Report]
"""Checks a changed text as the first one was checked."""

_MOST_ROUNDS = 12
_ERROR = 10_000
_GO_BUILD = re.compile(r"(?<![\w/.-])go\s+(?:build|install)\b")
_CGO_ON = re.compile(r"CGO_ENABLED=1\b")
_SHELL_ONLY = frozenset("|&;<>()$`\\\"'*?[]#~{}!\n\t")
_BUILDERS = ("LC401", "LC402", "LC403")
_BASES = {"alpine": "-alpine"}


class Fix(NamedTuple):
    """A change of the lines of a Dockerfile: `text` is the whole file afterwards."""

    title: str
    text: str


def fixed(text: str, report: Report, judge: Judge) -> tuple[str, tuple[str, ...]]:
    """The text with all that can be mended with certainty, and what was done; the text itself where nothing can be."""
    done: list[str] = []
    for _ in range(_MOST_ROUNDS):
        trouble = _trouble(report)
        found = next((each for each in _tried(text, report, judge) if _mends(each, trouble)), None)
        if not trouble or found is None:
            break
        fix, report, _ = found
        text = fix.text
        done.append(fix.title)
    return text, tuple(done)


def difference(before: str, after: str, file: str) -> str:
    """A unified diff, "" where nothing changed; `patch -p0` takes it."""
    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), file, file)
    return "".join(each if each.endswith("\n") else f"{each}\n\\ No newline at end of file\n" for each in lines)


def _trouble(report: Report) -> int:
    """How much is wrong: what fails counts most, then what is unclear for a reason of the stages, then warnings."""
    unknown = sum(2_000_000 for check in report.checks for each in check.launch.findings if each.code == "LC902")
    weight = {"error": _ERROR, "warning": 100, "info": 0}
    found = [(each, check) for check in report.checks for each in check.launch.findings if each.code.startswith("LC4")]
    failing = sum(1_000_000 for check in report.checks if not _passes(check))
    return failing + unknown + sum(weight[severity(each, check)] for each, check in found)


def _mends(tried: tuple[Fix, Report, Check], trouble: int) -> bool:
    """What only takes a warning from a program that goes on failing, as the release of a floating builder, does not."""
    _, result, check = tried
    return _trouble(result) < trouble - (0 if _passes(check) else _ERROR - 1)


def _passes(check: Check) -> bool:
    return isinstance(check.launch.outcome, Started)


def _tried(text: str, report: Report, judge: Judge) -> Iterator[tuple[Fix, Report, Check]]:
    parsed = parse(text)
    for check in report.checks:
        for finding in check.launch.findings:
            for fix in _fixes(text, parsed, finding, check):
                try:
                    result = judge(fix.text)
                except LibccheckError:
                    continue
                yield fix, result, check


def _fixes(text: str, parsed: Dockerfile, finding: Finding, check: Check) -> Iterator[Fix]:
    at = finding.at
    if at is None:
        return
    if finding.code in _BUILDERS:
        yield from _of_pair(text, parsed, check)
    elif finding.code == "LC406":
        yield from _with_mode(text, parsed, at)
    elif finding.code in ("LC408", "LC412"):
        yield from _in_exec_form(text, parsed, at)


def _of_pair(text: str, parsed: Dockerfile, check: Check) -> Iterator[Fix]:
    """Without C first, which ends the matter; then the builder's release, then the runtime's base."""
    runtime = facts_of_base(check.image.reference)
    for each in parsed.instructions:
        if each.name == "FROM" and each.values[0] != check.image.reference:
            yield from _pinned(text, each, runtime.suite)
    yield from _without_cgo(text, parsed)
    for each in parsed.instructions:
        if each.name == "FROM" and each.values[0] != check.image.reference:
            yield from _for_runtime(text, each, runtime.distribution)
            yield from _runtime_of(text, parsed, each, check.image.reference)


def _without_cgo(text: str, parsed: Dockerfile) -> Iterator[Fix]:
    for each in parsed.instructions:
        if each.name != "RUN" or each.json:
            continue
        part = _part(text, each)
        changed = _CGO_ON.sub("CGO_ENABLED=0", part)
        if changed == part:
            changed = _GO_BUILD.sub(lambda match: f"CGO_ENABLED=0 {match[0]}", part)
        if changed != part:
            yield Fix("build it without cgo: CGO_ENABLED=0", _replaced(text, each, changed))


def _pinned(text: str, each: Instruction, suite: str) -> Iterator[Fix]:
    """`golang:1.25` as `golang:1.25-bookworm`, the release of the stage that runs."""
    base = facts_of_base(each.values[0])
    if base.floating is None or not base.floating.suite:
        return
    lines = FLOATING.get(base.repository, ())
    suites = next((line.suites for line in lines if base.number >= line.first), ())
    if suite not in suites:
        return
    name, _, tag = each.values[0].partition(":")
    number = ".".join(map(str, base.number)) if tag in ("", "latest") else tag
    slim = number.endswith("-slim")
    number = number.removesuffix("-slim")
    wanted = (
        f"{name}:{number}-slim-{suite}"
        if slim and base.repository != "node"
        else f"{name}:{number}-{suite}{'-slim' if slim else ''}"
    )
    yield _with_base(text, each, wanted, f"build on {suite}, as the stage that runs: {wanted}")


def _for_runtime(text: str, each: Instruction, distribution: str) -> Iterator[Fix]:
    """A builder with the C library of the stage that runs: golang:1.25-alpine for alpine."""
    base = facts_of_base(each.values[0])
    suffix = _BASES.get(distribution)
    if suffix is None or base.repository not in ("golang", "rust") or base.family == "musl":
        return
    name, _, tag = each.values[0].partition(":")
    parts = [part for part in tag.split("-") if part and part not in ("latest", "slim", base.suite)]
    wanted = f"{name}:{'-'.join([*parts, 'alpine'])}"
    yield _with_base(text, each, wanted, f"build where musl is: {wanted}")


def _runtime_of(text: str, parsed: Dockerfile, builder: Instruction, reference: str) -> Iterator[Fix]:
    """The base of the stage that runs, of the builder's release."""
    base = facts_of_base(builder.values[0])
    if base.distribution != "debian" or not base.suite:
        return
    for each in parsed.instructions:
        if each.name == "FROM" and each.values[0] == reference:
            runtime = facts_of_base(reference)
            wanted = [f"debian:{base.suite}-slim"]
            if runtime.distribution == "distroless" and runtime.family:
                number = {"bullseye": "11", "bookworm": "12", "trixie": "13"}.get(base.suite, "")
                wanted = [f"gcr.io/distroless/{kind}-debian{number}" for kind in ("base", "cc")]
            for name in wanted:
                yield _with_base(text, each, name, f"run it on the builder's release: {name}")


def _with_mode(text: str, parsed: Dockerfile, at: At) -> Iterator[Fix]:
    for each in parsed.instructions:
        if each.line == at.line and each.name in ("COPY", "ADD") and each.flag("chmod") is None:
            part = _part(text, each)
            changed = re.sub(r"(?i)^(\s*(?:COPY|ADD))(?=\s)", r"\1 --chmod=0755", part, count=1)
            yield Fix("give it the execute bit: --chmod=0755", _replaced(text, each, changed))


def _in_exec_form(text: str, parsed: Dockerfile, at: At) -> Iterator[Fix]:
    """Only a command of plain words: what needs a shell still needs one."""
    for each in parsed.instructions:
        if each.line != at.line or each.name not in ("ENTRYPOINT", "CMD", "HEALTHCHECK") or each.json:
            continue
        written = each.values[-1]
        if _SHELL_ONLY & set(written) or not written.strip():
            continue
        found = commands(written, {}, "/")
        words = list(found[0].words) if len(found) == 1 and UNKNOWN not in found[0].words else []
        words = words[1:] if words[:1] == ["exec"] else words
        part = _part(text, each)
        if words and part.count(written) == 1:
            yield Fix(f"{each.name} in exec form", _replaced(text, each, part.replace(written, json.dumps(words))))


def _with_base(text: str, each: Instruction, wanted: str, title: str) -> Fix:
    return Fix(title, _replaced(text, each, _part(text, each).replace(each.values[0], wanted, 1)))


def _part(text: str, each: Instruction) -> str:
    """The physical lines of an instruction, with their ends."""
    return "".join(text.splitlines(keepends=True)[each.line - 1 : each.last])


def _replaced(text: str, each: Instruction, part: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: each.line - 1], part, *lines[each.last :]])
