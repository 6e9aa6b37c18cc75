"""Programs against a policy, for people: what is asked for, and each program that does not keep to it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from libccheck.formats.grouped import counted_as
from libccheck.formats.visible import visible
from libccheck.model import Judgment, Report
from libccheck.rules import RULES
from libccheck.verdict import reasons_of

_MOST_FINDINGS = 6


def show(console: Console, report: Report, unicode: bool, verbose: bool) -> None:
    """Below what was said of the pairs; with `verbose` every finding, and what it was read from."""
    if report.checks:
        console.print()
    for number, policy in enumerate(dict.fromkeys(each.policy for each in report.judgments)):
        if number:
            console.print()
        _policy(console, policy, [each for each in report.judgments if each.policy == policy], unicode, verbose)


def _policy(
    console: Console, policy: tuple[str, ...], judgments: Sequence[Judgment], unicode: bool, verbose: bool
) -> None:
    """What is asked for by one of them, of several that a configuration may have."""
    for each in judgments:
        _program(console, each, unicode, verbose)
    breaking = sum(bool(reasons_of(each)) for each in judgments)
    said = f"{breaking} of {counted_as(len(judgments), 'program')} against the policy: "
    console.print()
    _wrapped(console, Text.assemble((said, "bold"), visible(", ".join(policy))), "")
    if breaking:
        console.print(Text("libccheck explain CODE tells more", "dim"))


def _program(console: Console, judgment: Judgment, unicode: bool, verbose: bool) -> None:
    findings = reasons_of(judgment)
    sign, color = (("\u2717" if unicode else "x"), "red") if findings else (("\u2713" if unicode else "+"), "green")
    console.print(
        Text.assemble((f"{sign} ", f"bold {color}"), (visible(judgment.program.path), "bold")), soft_wrap=True
    )
    for each in findings if verbose else findings[:_MOST_FINDINGS]:
        _wrapped(console, Text.assemble((each.code, f"bold {color}"), f" {RULES[each.code].name}"), "  ")
        _wrapped(console, Text(visible(each.message)), "    ")
        for step in each.evidence if verbose else ():
            _wrapped(console, Text(visible(f"{step.how}: {step.found}"), "dim"), "    ")
    if not verbose and len(findings) > _MOST_FINDINGS:
        console.print(Text(f"  and {len(findings) - _MOST_FINDINGS} more; -v shows all", "dim"))


def _wrapped(console: Console, text: Text, indent: str) -> None:
    for line in text.wrap(console, max(console.width - len(indent), 20)):
        line.rstrip()
        console.print(Text.assemble(indent, line), soft_wrap=True)
