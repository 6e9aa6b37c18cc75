"""`libccheck explain`: the essay of a rule, the causes of words that somebody saw, or the list of all rules."""

from __future__ import annotations

import sys

import click

from libccheck.cli.output import emit, paper
from libccheck.errors import UsageError
from libccheck.explain import Cause, causes, matches
from libccheck.rules import RULES, Rule

_MOST_WORDS = 1 << 16


@click.command()
@click.argument("words", nargs=-1, metavar="[CODE|NAME|WORDS|-]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to show it.")
def explain(words: tuple[str, ...], form: str) -> int:
    """Explain a code, or words that you saw.

    A code or a name gives its essay: what is seen, why it happens, how to fix it. Words of an engine, a shell, a
    language or a loader, pasted whole with their prefix, give the causes, the likeliest first. With - they are read
    from standard input. Without an argument, all rules are listed.

    \b
      libccheck explain LC101
      libccheck explain interpreter-missing
      libccheck explain 'exec /app: no such file or directory'
      docker logs web 2>&1 | libccheck explain -
    """
    text = sys.stdin.read(_MOST_WORDS) if words == ("-",) else " ".join(words)
    if words and not text.strip():
        raise UsageError("no words to explain", hint="libccheck explain lists all rules")
    rules = matches(text) if words else tuple(RULES.values())
    found = () if rules else causes(text)
    if not rules and not found:
        raise UsageError(
            f"nothing known goes by {' '.join(text.split())[:200]}",
            hint="paste the whole line that was printed, or see the list: libccheck explain",
        )
    emit(_as_json(text, rules, found) if form == "json" else _as_text(rules, found))
    return 0


def _as_text(rules: tuple[Rule, ...], found: tuple[Cause, ...]) -> str:
    from libccheck.formats.explained import listed, ranked

    if found:
        return ranked(found, paper(None))
    return _essay(rules[0]) if len(rules) == 1 else listed(rules)


def _as_json(words: str, rules: tuple[Rule, ...], found: tuple[Cause, ...]) -> str:
    from libccheck.cli.essays import essay
    from libccheck.formats.explained import as_json

    codes = [each.code for each in rules] or [each.code for each in found]
    return as_json(words, {code: essay(code) for code in codes}, found)


def _essay(rule: Rule) -> str:
    """Markdown as it stands; set for the terminal where there is one."""
    from libccheck.cli.essays import essay

    text = essay(rule.code)
    if not sys.stdout.isatty():
        return text
    from libccheck.formats.markdown import render

    return render(text, paper(None))
