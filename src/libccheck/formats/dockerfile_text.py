"""What a Dockerfile comes to, for people: its own lines with what is wrong beneath them, as a compiler shows it."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from libccheck.formats import phrases
from libccheck.formats.console import console_for
from libccheck.formats.paper import Paper
from libccheck.formats.visible import visible
from libccheck.model import Check, Died, Finding, Refused, Report, Unclear
from libccheck.rules import RULES
from libccheck.verdict import reasons_of, severity, summary
from libccheck.wording import seen

_COLOR = {"error": "red", "warning": "yellow", "info": "cyan"}
_LONGEST = 400
_NARROWEST = 30
_VERBS = {"starts": "start", "refused": "refused", "dies": "die", "unclear": "unclear"}


def render(report: Report, texts: Mapping[str, str], paper: Paper) -> str:
    """The report; `texts` are the Dockerfiles that it is about, by their names. Nothing where none could be read."""
    if report.errors and not report.checks:
        return ""
    console, written = console_for(paper)
    files = {file: text.splitlines() for file, text in texts.items()}
    shown: set[tuple[str, str, int, str]] = set()
    for check in report.checks:
        console.print(_headline(check, paper, several=len(texts) > 1), soft_wrap=True)
        found = _worth_showing(check)
        for finding in found:
            at = finding.at
            key = (finding.code, at.file if at else "", at.line if at else 0, finding.message)
            if key in shown:
                continue
            shown.add(key)
            for line in _finding(finding, check, files.get(at.file, []) if at else [], paper):
                line.rstrip()
                console.print(line, soft_wrap=True)
        if found:
            console.print()
    console.print(_summary(report), soft_wrap=True)
    return written.getvalue()


def _headline(check: Check, paper: Paper, several: bool) -> Text:
    sign, color = phrases.mark(check, paper.unicode)
    name, image = (visible(check.program.path), "bold"), (phrases.named(check.image), "bold")
    where = f"  {visible(check.at.file)}" if several and check.at else ""
    if isinstance(check.launch.outcome, Unclear):
        return Text.assemble((f"{sign} unclear", f"bold {color}"), " whether ", name, " starts in ", image, where)
    verb = (phrases.verb(check), f"bold {color}")
    return Text.assemble((f"{sign} ", f"bold {color}"), name, " ", verb, " in ", image, (where, "dim"))


def _worth_showing(check: Check) -> list[Finding]:
    """What a finding of the stages already says is not said twice in the words of the launch."""
    found = list(reasons_of(check))
    of_stages = [each for each in found if each.code.startswith("LC4")]
    explained = any(RULES[each.code].severity == "error" for each in of_stages)
    return of_stages if explained else found


def _finding(finding: Finding, check: Check, lines: list[str], paper: Paper) -> list[Text]:
    color = _COLOR[severity(finding, check)]
    rule = RULES[finding.code]
    shown = [Text.assemble("  ", (severity(finding, check), f"bold {color}"), f" {rule.code} {rule.name}")]
    at = finding.at
    gutter = " " * 6
    if at is not None:
        shown[0] = Text.assemble(shown[0], (f"  {phrases.place(finding)}", "dim"))
        line = lines[at.line - 1] if 0 < at.line <= len(lines) else ""
        bar = "│" if paper.unicode else "|"
        shown.append(Text.assemble((f"{at.line:>5} {bar} ", "dim"), visible(line.rstrip()[:_LONGEST])))
        width = len(visible(line.strip()[:_LONGEST]))
        indent = len(line) - len(line.lstrip())
        marks = "^" * max(min(width, paper.width - 9 - indent), 1)
        shown.append(Text.assemble((f"{gutter}{bar} ", "dim"), " " * indent, (marks, color)))
    for each in _wrapped(visible(finding.message), max(paper.width - 8, _NARROWEST)):
        shown.append(Text(f"        {each}"))
    words = _words(check) if finding.code.startswith("LC4") and RULES[finding.code].severity == "error" else ""
    if words:
        shown.append(Text.assemble("        ", (visible(words), "bold")))
    return shown


def _words(check: Check) -> str:
    """What the user would see: of a refusal Docker's words, of a death the first line."""
    outcome = check.launch.outcome
    if isinstance(outcome, Refused):
        return seen(check.launch, check.process).get("docker") or ""
    return outcome.stderr.strip().partition("\n")[0] if isinstance(outcome, Died) else ""


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _summary(report: Report) -> Text:
    counts = summary(report)
    if not report.checks:
        return Text("no program is built or copied here, and none is started: nothing to predict")
    parts = [f"{counts[kind]} {_VERBS[kind]}" for kind in _VERBS if counts[kind]]
    failing = next((each for check in report.checks for each in reasons_of(check)), None)
    told = f"   libccheck explain {failing.code} tells more" if failing else ""
    programs = "program" if len(report.checks) == 1 else "programs"
    return Text(f"{len(report.checks)} {programs}: {', '.join(parts)}{told}")
