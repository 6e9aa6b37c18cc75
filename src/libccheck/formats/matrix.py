"""Several pairs: a table of short verdicts, then each distinct failure once."""

from __future__ import annotations

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from libccheck.formats import phrases
from libccheck.formats.visible import visible, visible_lines
from libccheck.libc import image_libc
from libccheck.model import Check, Died, Refused, Report, Started, Unclear
from libccheck.rules import RULES
from libccheck.verdict import findings_of, kind_of_outcome, summary
from libccheck.wording import seen

_MOST_SHOWN = 4
_MOST_LINES = 3


def show(console: Console, report: Report, unicode: bool) -> None:
    """The table, the failures, one line of counts."""
    _table(console, report, unicode)
    for group in _groups(report):
        _failure(console, group, unicode)
    console.print()
    counts = _counts(report)
    hint = "libccheck explain CODE tells more" if _groups(report) else ""
    gap = "   " if counts.cell_len + 3 + len(hint) <= console.width else "\n"
    console.print(Text.assemble(counts, (f"{gap}{hint}", "dim")) if hint else counts, soft_wrap=True)


def _table(console: Console, report: Report, unicode: bool) -> None:
    """The side with fewer members goes across; where even that is too wide, one line a pair."""
    cells = {(_program(check), _image(check)): _cell(check, unicode) for check in report.checks}
    programs = list(dict.fromkeys(program for program, _ in cells))
    images = list(dict.fromkeys(image for _, image in cells))
    across, down = (images, programs) if len(images) <= len(programs) else (programs, images)
    flipped = across is programs
    if _width(cells, across, down, flipped) > console.width:
        rows = [[Text(program), Text(image), cell] for (program, image), cell in cells.items()]
        headers = ["", "", ""]
    else:
        rows = [
            [Text(name)] + [cells.get((other, name) if flipped else (name, other), Text("-")) for other in across]
            for name in down
        ]
        headers = ["", *across]
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=any(headers), header_style="bold", pad_edge=False)
    for header in headers:
        table.add_column(Text(header), overflow="fold")
    for row in rows:
        table.add_row(*row)
    for line in console.render_lines(table, pad=False):
        _wrapped(console, Text.assemble(*[(segment.text, segment.style or "") for segment in line]), "")


def _width(cells: dict[tuple[str, str], Text], across: list[str], down: list[str], flipped: bool) -> int:
    """Of the table whose columns are `across`."""
    width = max(cell_len(name) for name in down)
    for name in across:
        held = [cell for pair, cell in cells.items() if pair[0 if flipped else 1] == name]
        width += 2 + max(cell_len(name), *(cell.cell_len for cell in held))
    return width


def _cell(check: Check, unicode: bool) -> Text:
    sign, color = phrases.mark(check, unicode)
    findings = findings_of(check)
    kind = kind_of_outcome(check.launch.outcome)
    return Text.assemble((f"{sign} {kind}", color), f" {findings[0].code}" if findings else "")


def _groups(report: Report) -> list[list[Check]]:
    """Checks that fail at the same place with the same subject, in the order of the report."""
    groups: dict[tuple[str, str], list[Check]] = {}
    for check in report.checks:
        first = next(iter(findings_of(check)), None)
        if first is not None:
            groups.setdefault((first.code, first.subject), []).append(check)
        elif isinstance(check.launch.outcome, Unclear):
            groups.setdefault(("", check.launch.outcome.reason), []).append(check)
    return list(groups.values())


def _failure(console: Console, group: list[Check], unicode: bool) -> None:
    check = group[0]
    _, color = phrases.mark(check, unicode)
    first = next(iter(findings_of(check)), None)
    title = Text.assemble((first.code, f"bold {color}"), f" {RULES[first.code].name}") if first else Text("unclear")
    console.print()
    _wrapped(console, Text.assemble(title, (f"  {_pairs(group)}", "dim")), "")
    for words in _words(check):
        console.print(Text.assemble("  ", (words, "bold")), soft_wrap=True)
    meetings = {phrases.meeting(each, image_libc(each.image)) for each in group}
    said = phrases.sentences(check, meetings.pop() if len(meetings) == 1 else "")
    if len({_why(each) for each in group}) > 1:
        said = f"In {_image(check)}: {said}"
    _wrapped(console, Text(said), "  ")


def _why(check: Check) -> tuple[str, ...]:
    """What the findings say, whatever the program's name."""
    name = check.launch.path
    return tuple(each.message.replace(name, "") for each in findings_of(check))


def _pairs(group: list[Check]) -> str:
    """ "app in alpine:3.20 and scratch; tool in scratch"."""
    by_program: dict[str, list[str]] = {}
    for check in group:
        by_program.setdefault(_program(check), []).append(_image(check))
    shown = [f"{program} in {_listed(images)}" for program, images in by_program.items()]
    more = [f"and {len(shown) - _MOST_SHOWN} more programs"] if len(shown) > _MOST_SHOWN else []
    return "; ".join(shown[:_MOST_SHOWN] + more)


def _listed(names: list[str]) -> str:
    if len(names) > _MOST_SHOWN:
        names = [*names[: _MOST_SHOWN - 1], f"{len(names) - _MOST_SHOWN + 1} more"]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _wrapped(console: Console, text: Text, indent: str) -> None:
    for line in text.wrap(console, console.width - len(indent)):
        line.rstrip()
        console.print(Text.assemble(indent, line), soft_wrap=True)


def _words(check: Check) -> list[str]:
    outcome = check.launch.outcome
    if isinstance(outcome, Refused):
        words = seen(check.launch, check.process)["docker"]
        return [visible(words)] if words else []
    if not isinstance(outcome, (Died, Started)) or not outcome.stderr:
        return [phrases.end(outcome)] if isinstance(outcome, Died) else []
    lines = visible_lines(outcome.stderr)
    more = [f"and {len(lines) - _MOST_LINES} more lines"] if len(lines) > _MOST_LINES else []
    return lines[:_MOST_LINES] + more


def _counts(report: Report) -> Text:
    counts = summary(report)
    words = {"starts": "start", "refused": "refused", "dies": "die", "unclear": "unclear"}
    parts = [f"{counts[kind]} {words[kind]}" for kind in words if counts[kind]]
    if counts["errors"]:
        parts.append(f"{counts['errors']} could not be looked at")
    return Text.assemble(f"{len(report.checks)} pairs: ", (", ".join(parts), "bold"))


def _program(check: Check) -> str:
    return visible(check.program.path)


def _image(check: Check) -> str:
    return visible(check.image.reference)
