"""Several pairs in words: those that fail alike together, and how many end in which way."""

from __future__ import annotations

from libccheck.formats.visible import visible
from libccheck.model import Check, Report, Unclear
from libccheck.verdict import is_ignored, reasons_of, summary

_MOST_SHOWN = 4
_ENDS = {"starts": "start", "refused": "refused", "dies": "die", "unclear": "unclear"}


def groups(report: Report) -> list[list[Check]]:
    """Checks that fail at the same place with the same subject, in the order of the report; not what is ignored."""
    found: dict[tuple[str, str], list[Check]] = {}
    for check in report.checks:
        if is_ignored(check):
            continue
        first = next(iter(reasons_of(check)), None)
        if first is not None:
            found.setdefault((first.code, first.subject), []).append(check)
        elif isinstance(check.launch.outcome, Unclear):
            found.setdefault(("", check.launch.outcome.reason), []).append(check)
    return list(found.values())


def pairs(group: list[Check]) -> str:
    """ "app in alpine:3.20 and scratch; tool in scratch"."""
    by_program: dict[str, list[str]] = {}
    for check in group:
        by_program.setdefault(visible(check.program.path), []).append(visible(check.image.reference))
    shown = [f"{program} in {_listed(list(dict.fromkeys(images)))}" for program, images in by_program.items()]
    more = [f"and {len(shown) - _MOST_SHOWN} more programs"] if len(shown) > _MOST_SHOWN else []
    return "; ".join(shown[:_MOST_SHOWN] + more)


def counts(report: Report) -> str:
    """ "4 pairs: 2 start, 1 refused, 1 die; 1 of 2 programs against the policy", and what could not be looked at."""
    counted = summary(report)
    parts = [f"{counted[kind]} {word}" for kind, word in _ENDS.items() if counted[kind]]
    if counted["errors"]:
        parts.append(f"{counted['errors']} could not be looked at")
    said = [f"{counted_as(len(report.checks), 'pair')}: {', '.join(parts)}"] if report.checks else []
    if report.judgments:
        breaking = sum(bool(reasons_of(each)) for each in report.judgments)
        said.append(f"{breaking} of {counted_as(len(report.judgments), 'program')} against the policy")
    return "; ".join(said if report.checks else [*said, *parts])


def counted_as(number: int, noun: str) -> str:
    """ "1 pair", "2 pairs"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _listed(names: list[str]) -> str:
    if len(names) > _MOST_SHOWN:
        names = [*names[: _MOST_SHOWN - 1], f"{len(names) - _MOST_SHOWN + 1} more"]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
