"""`libccheck explain`: the essay of a rule, the causes of words that somebody saw, or the list of all rules."""

from __future__ import annotations

import sys

import click

from libccheck.cli.output import emit, paper
from libccheck.errors import UsageError
from libccheck.explain import Reading, matches, read
from libccheck.formats.visible import visible
from libccheck.rules import RULES, Rule

_MOST_BYTES = 1 << 18
_MOST_READ = 1 << 24
_MOST_SHOWN = 120
_HINT = "paste all that was printed, best the line with the error; codes and names are listed by: libccheck explain"


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
    text = _pasted() if words == ("-",) else " ".join(words)
    if words and not text.strip():
        raise UsageError("no words to explain", hint="libccheck explain lists all rules")
    rules = matches(text) if words else tuple(RULES.values())
    reading = None if rules else read(text)
    if not rules and not reading:
        raise UsageError(_unknown(text), hint=_HINT)
    emit(_as_json(text, rules, reading) if form == "json" else _as_text(rules, reading))
    return 0


def _pasted() -> str:
    """Standard input, whatever its bytes are; of a log that is longer its end, where it stopped."""
    data = sys.stdin.buffer.read(_MOST_READ)
    return data[-_MOST_BYTES:].decode("utf-8", "replace")


def _unknown(text: str) -> str:
    shown = " ".join(visible(text.replace("\n", " ")).split())
    return f"nothing known says: {shown if len(shown) <= _MOST_SHOWN else shown[:_MOST_SHOWN] + ' ...'}"


def _as_text(rules: tuple[Rule, ...], reading: Reading | None) -> str:
    from libccheck.formats.explained import listed, ranked

    if reading:
        return ranked(reading, paper(None))
    return _essay(rules[0]) if len(rules) == 1 else listed(rules, paper(None))


def _as_json(words: str, rules: tuple[Rule, ...], reading: Reading | None) -> str:
    from libccheck.essays import essay
    from libccheck.formats.explained import as_json

    codes = [each.code for each in rules] or [each.code for each in (reading.causes if reading else ()) if each.code]
    return as_json(words, {code: essay(code) for code in codes}, reading)


def _essay(rule: Rule) -> str:
    """Markdown as it stands; set for the terminal where there is one."""
    from libccheck.essays import essay

    text = essay(rule.code)
    if not sys.stdout.isatty():
        return text
    from libccheck.formats.essay import render

    return render(text, paper(None))
