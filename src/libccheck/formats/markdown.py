"""A report as Markdown, for a comment on a pull request or a job's summary."""

from __future__ import annotations

from libccheck.formats import below, grouped, phrases
from libccheck.formats.markup import code, fence, prose
from libccheck.formats.paper import Paper
from libccheck.formats.visible import visible
from libccheck.libc import image_libc
from libccheck.model import Check, Failure, Judgment, Report, Started
from libccheck.rules import RULES
from libccheck.verdict import fails, is_ignored, kind_of_outcome, reasons_of

_MOST_ROWS = 100
_MOST_GROUPS = 30
_MOST_LINES = 20
_MOST_PLACES = 4


def render(report: Report, paper: Paper, *, verbose: bool = False) -> str:
    """A heading, a table of the pairs, each distinct failure once; with `verbose` all of them, however many there are.

    Else there are no more than usually fit into a comment, which may have 65,536 characters.
    """
    groups = grouped.groups(report)
    shown = groups if verbose else groups[:_MOST_GROUPS]
    lines = [f"### libccheck: {_headline(report, paper.fail_on)}", ""]
    if report.checks:
        lines += _table(report.checks, verbose)
    if report.judgments:
        lines += [*([""] if report.checks else []), *_policy(report.judgments, verbose)]
    changed = [each for each in report.checks if each.change and each.change[1:] != ("unchanged", (), ())]
    if any(each.change for each in report.checks):
        lines += ["", "**Changes**", "", *(map(_change, changed) if changed else ["none"])]
    verified = [each for each in report.checks if each.verified]
    if verified:
        lines += ["", "**Really run**", "", *map(_verified, verified)]
    for group in shown:
        lines += ["", *_failure(group, paper)]
    if len(shown) < len(groups):
        lines += ["", f"And {len(groups) - len(shown)} more failures."]
    lines += _listed("Ignored", below.ignored(report, verbose=verbose), verbose)
    lines += _listed("Configuration", [below.remark(each) for each in below.found(report)], verbose)
    if report.errors:
        lines += ["", "**Could not be looked at**", "", *(f"- {_error(each)}" for each in report.errors)]
    return "\n".join(lines) + "\n"


def _listed(title: str, said: list[str], verbose: bool) -> list[str]:
    shown = said if verbose else said[:_MOST_ROWS]
    more = [f"- and {len(said) - len(shown)} more"] if len(shown) < len(said) else []
    return ["", f"**{title}**", "", *(f"- {prose(each)}" for each in shown), *more] if said else []


def _headline(report: Report, fail_on: str) -> str:
    said = [
        _failing([fails(each, fail_on) for each in found], noun)
        for found, noun in ((report.checks, "pair"), (report.judgments, "judged program"))
        if found
    ] or ["nothing was checked"]
    return ", ".join([*said, grouped.counted_as(len(report.errors), "error")] if report.errors else said)


def _failing(failing: list[bool], noun: str) -> str:
    counted = grouped.counted_as(len(failing), noun)
    number = sum(failing)
    return f"{number} of {counted} {'fails' if number == 1 else 'fail'}" if number else f"no failure in {counted}"


def _policy(judgments: tuple[Judgment, ...], verbose: bool) -> list[str]:
    """Only what does not keep to it; where there are several, one after the other."""
    lines: list[str] = []
    for policy in dict.fromkeys((each.part, each.policy) for each in judgments):
        lines += ["", *_one_policy([each for each in judgments if (each.part, each.policy) == policy], verbose)]
    return lines[1:]


def _one_policy(judgments: list[Judgment], verbose: bool) -> list[str]:
    name = f" of {code(judgments[0].part)}" if judgments[0].part else ""
    lines = [f"**Policy**{name}: {prose(', '.join(judgments[0].policy))}"]
    found = [(each.program.path, finding) for each in judgments for finding in reasons_of(each)]
    shown = found if verbose else found[:_MOST_ROWS]
    lines += [""] if shown else []
    lines += [f"- {code(path)} {each.code} {RULES[each.code].name}: {prose(each.message)}" for path, each in shown]
    return lines + ([f"- and {len(found) - len(shown)} more"] if len(shown) < len(found) else [])


def _table(checks: tuple[Check, ...], verbose: bool) -> list[str]:
    """Where there are too many, those that start without a remark are left out first."""
    wanted = list(checks)
    if not verbose and len(wanted) > _MOST_ROWS:
        wanted = [each for each in wanted if reasons_of(each) or not isinstance(each.launch.outcome, Started)]
        wanted = wanted[:_MOST_ROWS]
    rows = ["| program | image | verdict | |", "| --- | --- | --- | --- |", *map(_row, wanted)]
    return rows + (["", f"And {len(checks) - len(wanted)} more pairs."] if len(wanted) < len(checks) else [])


def _row(check: Check) -> str:
    sign, _ = phrases.mark(check, unicode=True)
    findings = reasons_of(check)
    rule = RULES[findings[0].code] if findings else None
    cells = [
        code(check.program.path),
        code(phrases.named(check.image)) + (f" {check.image.platform}" if check.image.source != "scratch" else ""),
        f"{sign} {kind_of_outcome(check.launch.outcome)}",
        f"{rule.code} {rule.name}{', ignored' if is_ignored(check) else ''}" if rule else "",
    ]
    return f"| {' | '.join(cells)} |"


def _change(check: Check) -> str:
    return f"- {code(check.program.path)} in {code(check.image.reference)} {prose(phrases.change(check))}"


def _verified(check: Check) -> str:
    return f"- {code(check.program.path)} in {code(check.image.reference)}: {prose(phrases.ran(check))}"


def _failure(group: list[Check], paper: Paper) -> list[str]:
    check = group[0]
    first = next(iter(reasons_of(check)), None)
    title = f"{first.code} {RULES[first.code].name}" if first else "unclear"
    places = list(dict.fromkeys(filter(None, (phrases.place(each) for one in group for each in reasons_of(one)[:1]))))
    where = f", at {prose(' and '.join(places[:_MOST_PLACES]))}" if places else ""
    lines = [f"**{title}**: {prose(grouped.pairs(group))}{where}", ""]
    said = phrases.words(check, _MOST_LINES)
    if said:
        lines += [*fence(said), ""]
    meetings = {phrases.meeting(each, image_libc(each.image)) for each in group}
    lines.append(prose(phrases.sentences(check, meetings.pop() if len(meetings) == 1 else "")))
    if first:
        lines[-1] += f" More: `libccheck explain {first.code}`"
    return lines + _remedies(check, paper)


def _remedies(check: Check, paper: Paper) -> list[str]:
    shown, more = phrases.ways_out(check, paper)
    if not shown:
        return []
    lines = ["", "<details><summary>Ways out</summary>", ""]
    for remedy in shown:
        lines += [f"{prose(remedy.title)}; {prose(phrases.proof(remedy))}", ""]
        if remedy.commands:
            lines += [*fence(map(visible, remedy.commands), ""), ""]
    lines += [f"And {more} more; `--all-remedies` shows all.", ""] if more else []
    return [*lines, "</details>"]


def _error(failure: Failure) -> str:
    hint = f" ({prose(failure.hint)})" if failure.hint else ""
    return f"{code(failure.subject or 'libccheck')}: {prose(failure.message)}{hint}"
