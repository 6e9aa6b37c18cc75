"""Several pairs: a table of short verdicts, then each distinct failure once."""

from __future__ import annotations

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from libccheck.formats import grouped, phrases
from libccheck.formats.visible import visible
from libccheck.libc import image_libc
from libccheck.model import Check, Report
from libccheck.rules import RULES
from libccheck.verdict import findings_of, is_ignored, kind_of_outcome, reasons_of

_MOST_LINES = 3
_KINDS = {"regression": "newly fail", "fixed": "fixed", "unchanged": "as before", "unclear": "unclear"}


def show(console: Console, report: Report, unicode: bool) -> None:
    """The table, the failures, one line of counts."""
    _table(console, report, unicode)
    for group in grouped.groups(report):
        _failure(console, group, unicode)
    _verified(console, report)
    _changes(console, report)
    console.print()
    pairs, _, ends = grouped.counts(report).partition(": ")
    counts = Text.assemble(f"{pairs}: ", (ends, "bold"))
    hint = "libccheck explain CODE tells more" if grouped.groups(report) else ""
    gap = "   " if counts.cell_len + 3 + len(hint) <= console.width else "\n"
    console.print(Text.assemble(counts, (f"{gap}{hint}", "dim")) if hint else counts, soft_wrap=True)


def _table(console: Console, report: Report, unicode: bool) -> None:
    """The side with fewer members goes across; where even that is too wide, one line a pair."""
    several = len({check.image.platform for check in report.checks}) > 1
    cells = {
        (_program(check), f"{_image(check)} {check.image.platform}" if several else _image(check)): _cell(
            check, unicode
        )
        for check in report.checks
    }
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


def _changes(console: Console, report: Report) -> None:
    """Every pair that differs, and how many of each kind there are."""
    compared = [each for each in report.checks if each.change is not None]
    if not compared:
        return
    console.print()
    kinds = [each.change.kind for each in compared if each.change]
    said = [f"{kinds.count(kind)} {word}" for kind, word in _KINDS.items() if kind in kinds]
    console.print(Text.assemble("changes: ", (", ".join(said), "bold")), soft_wrap=True)
    for each in compared:
        if each.change and (each.change.kind != "unchanged" or each.change.came or each.change.went):
            _wrapped(console, Text(f"{_program(each)} in {_image(each)} {phrases.change(each)}"), "  ")


def _width(cells: dict[tuple[str, str], Text], across: list[str], down: list[str], flipped: bool) -> int:
    """Of the table whose columns are `across`."""
    width = max(cell_len(name) for name in down)
    for name in across:
        held = [cell for pair, cell in cells.items() if pair[0 if flipped else 1] == name]
        width += 2 + max(cell_len(name), *(cell.cell_len for cell in held))
    return width


def _cell(check: Check, unicode: bool) -> Text:
    sign, color = phrases.mark(check, unicode)
    findings = reasons_of(check)
    kind = kind_of_outcome(check.launch.outcome)
    code = f" {findings[0].code}{', ignored' if is_ignored(check) else ''}" if findings else ""
    return Text.assemble((f"{sign} {kind}", color), code)


def _failure(console: Console, group: list[Check], unicode: bool) -> None:
    check = group[0]
    _, color = phrases.mark(check, unicode)
    first = next(iter(reasons_of(check)), None)
    title = Text.assemble((first.code, f"bold {color}"), f" {RULES[first.code].name}") if first else Text("unclear")
    console.print()
    _wrapped(console, Text.assemble(title, (f"  {grouped.pairs(group)}", "dim")), "")
    for words in phrases.words(check, _MOST_LINES):
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


def _wrapped(console: Console, text: Text, indent: str) -> None:
    for line in text.wrap(console, console.width - len(indent)):
        line.rstrip()
        console.print(Text.assemble(indent, line), soft_wrap=True)


def _verified(console: Console, report: Report) -> None:
    """What real runs showed, pair by pair, which is what was asked for."""
    checked = [(check, check.verified) for check in report.checks if check.verified is not None]
    if not checked:
        return
    console.print()
    for check, verified in checked:
        words, color = phrases.verification(verified)
        _wrapped(console, Text.assemble(f"{_program(check)} in {_image(check)}  ", (words, color)), "")
    held = sum(each.held is True for _, each in checked)
    _wrapped(console, Text(f"{held} of {len(checked)} predictions held"), "")


def _program(check: Check) -> str:
    return visible(check.program.path)


def _image(check: Check) -> str:
    return visible(check.image.reference)
