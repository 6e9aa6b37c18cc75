"""Who needs what, drawn as libtree does, for people; by rich."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from libccheck.formats import phrases
from libccheck.formats.console import console_for
from libccheck.formats.paper import Paper
from libccheck.formats.places import telling
from libccheck.formats.visible import visible
from libccheck.model import Check, Need, Needs, Step
from libccheck.placement import file_name
from libccheck.rules import RULES
from libccheck.verdict import findings_of

_MOST_VERSIONS = 1
_MOST_STEPS = 12
_UNICODE = ("├── ", "└── ", "│   ", "    ")
_ASCII = ("|-- ", "`-- ", "|   ", "    ")
_COLORS = {"loaded": "", "missing": "bold red", "unusable": "bold red", "not reached": "dim"}


def render(checks: Sequence[Check], paper: Paper, *, verbose: bool = False) -> str:
    """Each pair's tree below a headline; with `verbose` every version and every step that found nothing."""
    console, written = console_for(paper)
    for number, check in enumerate(checks):
        if number:
            console.print()
        _headline(console, check, paper.unicode)
        if check.needs is not None:
            _Drawing(console, check, check.needs, paper.unicode, verbose).draw()
    return written.getvalue()


def _headline(console: Console, check: Check, unicode: bool) -> None:
    sign, color = phrases.mark(check, unicode)
    findings = findings_of(check)
    line = Text.assemble(
        (f"{sign} ", f"bold {color}"),
        (visible(file_name(check.program.path)), "bold"),
        f" {phrases.verb(check)} in ",
        (visible(check.image.reference), "bold"),
    )
    if findings:
        line = Text.assemble(line, f"  {findings[0].code} {RULES[findings[0].code].name}")
    console.print(line, soft_wrap=True)


class _Drawing:
    """Depth first; an object whose needs were drawn already stands there without them."""

    def __init__(self, console: Console, check: Check, needs: Needs, unicode: bool, verbose: bool) -> None:
        self.console = console
        self.needs = needs
        self.verbose = verbose
        self.lines = _UNICODE if unicode else _ASCII
        self.drawn: set[int] = set()
        self.asked: dict[int, list[Need]] = {}
        for each in needs.needs:
            self.asked.setdefault(each.by, []).append(each)
        self.wanting = {each.subject for each in check.launch.findings if each.code == "LC203"}

    def draw(self) -> None:
        main = self.needs.objects[0]
        self._line(Text.assemble((visible(main.path), "bold")))
        self._below(0)

    def _below(self, by: int) -> None:
        """Of all that is needed by one, and by what it needs; not recursive, since a chain may be long."""
        todo = [iter(self._wanted(by, ""))]
        while todo:
            item = next(todo[-1], None)
            if item is None:
                todo.pop()
                continue
            need, indent, last = item
            self._need(need, indent, last)
            if need.to is not None and need.to not in self.drawn:
                todo.append(iter(self._wanted(need.to, indent + self.lines[3 if last else 2])))

    def _wanted(self, by: int, indent: str) -> list[tuple[Need, str, bool]]:
        self.drawn.add(by)
        own = self.asked.get(by, [])
        return [(each, indent, number == len(own)) for number, each in enumerate(own, 1)]

    def _need(self, need: Need, indent: str, last: bool) -> None:
        lead = indent + self.lines[1 if last else 0]
        below = indent + self.lines[3 if last else 2]
        line = Text.assemble((lead, "dim"), (visible(need.name), _COLORS[need.state]), self._versions(need))
        if need.to is None:
            self._line(Text.assemble(line, (f"  {need.state}", _COLORS[need.state] or "dim")))
            for each in need.steps if self.verbose else telling(need.steps)[-_MOST_STEPS:]:
                self._step(each, below)
            return
        found = self.needs.objects[need.to]
        told = f"{visible(found.path)}" + (f"  [{visible(found.how)}]" if found.how else "")
        if need.to in self.drawn:
            above = "  see above" if need.to in self.asked else ""
            self._line(Text.assemble(line, (above, "dim")))
        elif line.cell_len + 2 + len(told) <= self.console.width:
            self._line(Text.assemble(line, (f"  {told}", "dim")))
        else:
            self._line(line)
            more = self.lines[2 if need.to in self.asked else 3]
            self._line(Text.assemble((below + more + told, "dim")))

    def _step(self, step: Step, indent: str) -> None:
        how = f"  [{visible(step.how)}]" if step.how else ""
        self._line(Text.assemble((f"{indent}{visible(step.path)}  {visible(step.found)}{how}", "dim")))

    def _versions(self, need: Need) -> Text:
        """Those that are missing always; of the others the newest."""
        missing = [each for each in need.versions if each in self.wanting]
        others = [each for each in need.versions if each not in self.wanting]
        shown = others if self.verbose else others[:_MOST_VERSIONS]
        more = [f"{len(others) - len(shown)} more"] if len(shown) < len(others) else []
        text = Text()
        if missing:
            text.append(f" ({', '.join(map(visible, missing))} not there)", "bold red")
        if shown:
            text.append(f" ({', '.join([*map(visible, shown), *more])})", "cyan")
        return text

    def _line(self, line: Text) -> None:
        line.rstrip()
        self.console.print(line, soft_wrap=True)
