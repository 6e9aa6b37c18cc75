"""A report for people: the full diagnosis of one pair, a matrix of several; by rich."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from libccheck.formats import below, phrases
from libccheck.formats.console import console_for
from libccheck.formats.paper import Paper
from libccheck.formats.places import telling
from libccheck.formats.visible import visible, visible_lines
from libccheck.libc import image_libc
from libccheck.model import Check, Died, Refused, Rejected, Report, Started, Step, Unclear
from libccheck.origins import layers_by_path
from libccheck.placement import file_name
from libccheck.rules import RULES
from libccheck.verdict import reasons_of
from libccheck.wording import older, seen

_LABEL = 9
_MOST_STEPS = 12
_MOST_LAYERS = 3
_WIDEST_PATH = 48
_USUAL = ("docker", "podman", "sh", "bash")


def render(report: Report, paper: Paper, *, verbose: bool = False) -> str:
    """The report, ready to be written; nothing where there is no check in it."""
    console, written = console_for(paper)
    if any(each.part for each in report.checks) or any(each.part for each in report.judgments) or report.sources:
        from libccheck.formats import parts

        parts.show(console, report, paper, lambda part: _verdicts(console, part, paper, verbose))
    else:
        _verdicts(console, report, paper, verbose)
    _below(console, report, verbose)
    return written.getvalue()


def _verdicts(console: Console, report: Report, paper: Paper, verbose: bool) -> None:
    """One check in full, or a table of several; then what is against a policy."""
    if len(report.checks) == 1:
        _Diagnosis(console, report.checks[0], paper, verbose).show()
    elif report.checks:
        from libccheck.formats import matrix

        matrix.show(console, report, paper.unicode)
    if report.judgments:
        from libccheck.formats import judged

        judged.show(console, report, paper.unicode, verbose)


class _Diagnosis:
    """One check, section by section: label on the left, what it says on the right."""

    def __init__(self, console: Console, check: Check, paper: Paper, verbose: bool) -> None:
        self.console = console
        self.check = check
        self.unicode = paper.unicode
        self.remedies, self.other_remedies = phrases.ways_out(check, paper)
        self.verbose = verbose

    def show(self) -> None:
        self._headline()
        self._seen()
        self._verified()
        self._why()
        self._change()
        self._steps()
        self._layers()
        self._objects()
        self._image()
        self._remedies()
        self._pointer()

    def _headline(self) -> None:
        check = self.check
        sign, color = phrases.mark(check, self.unicode)
        name = (visible(file_name(check.program.path)), "bold")
        image = (visible(check.image.reference), "bold")
        verdict = (phrases.verb(check), f"bold {color}")
        line = Text.assemble((f"{sign} ", f"bold {color}"), name, " ", verdict, " in ", image)
        if isinstance(check.launch.outcome, Unclear):
            line = Text.assemble((f"{sign} unclear", f"bold {color}"), " whether ", name, _would(check), image)
        findings = reasons_of(check)
        if findings:
            rule = RULES[findings[0].code]
            tag = Text.assemble((rule.code, f"bold {color}"), f" {rule.name}")
            gap = self.console.width - line.cell_len - tag.cell_len
            line = Text.assemble(line, " " * gap if gap > 1 else "  ", tag)
        self._line(line)

    def _seen(self) -> None:
        """The words themselves are never wrapped: they are there to be compared and searched for."""
        outcome = self.check.launch.outcome
        if isinstance(outcome, Refused):
            rows = self._by_words(seen(self.check.launch, self.check.process))
            if self.verbose:
                rows += self._by_words(older(self.check.launch, self.check.process))
            widest = max((len(by) for by, _ in rows), default=0)
            self._labelled("seen", [Text.assemble((f"{by:{widest}}  ", "dim"), (words, "bold")) for by, words in rows])
        elif isinstance(outcome, (Died, Rejected, Started)):
            lines = [Text(line, "bold") for line in visible_lines(outcome.stderr)] if outcome.stderr else []
            if isinstance(outcome, Rejected) and outcome.dlerror:
                lines.append(Text(visible(outcome.dlerror), "bold"))
            if isinstance(outcome, Died):
                lines.append(Text(phrases.end(outcome), "dim"))
            self._labelled("seen", lines)

    def _verified(self) -> None:
        """What a real run showed; what it said only where that was not predicted."""
        verified = self.check.verified
        if verified is None:
            return
        words, color = phrases.verification(verified)
        said = visible_lines(verified.stderr)[:_MOST_STEPS] if not verified.held and verified.stderr else []
        lines = Text(words, color).wrap(self.console, max(self.console.width - _LABEL, 20))
        self._labelled("verify", [*lines, *(Text(each, "bold") for each in said)])

    def _by_words(self, by: Mapping[str, str | None]) -> list[tuple[str, str]]:
        """Who prints, and what; equal words once."""
        said: dict[str, list[str]] = {}
        for who, words in by.items():
            if words and (self.verbose or who in _USUAL):
                said.setdefault(visible(words), []).append(who)
        return [(", ".join(who), words) for words, who in said.items()]

    def _why(self) -> None:
        if reasons_of(self.check) or isinstance(self.check.launch.outcome, Unclear):
            meeting = phrases.meeting(self.check, image_libc(self.check.image))
            self._labelled("why", self._prose(phrases.sentences(self.check, meeting)))

    def _change(self) -> None:
        said = phrases.change(self.check)
        self._labelled("change", self._prose(said) if said else [])

    def _steps(self) -> None:
        check = self.check
        steps = check.launch.steps
        if not self.verbose:
            findings = reasons_of(check)
            steps = telling(findings[0].evidence if findings else ())
        left_out = 0 if self.verbose else max(len(steps) - _MOST_STEPS, 0)
        rows = _rows(steps[left_out:], self.console.width - _LABEL)
        if left_out:
            rows.insert(0, Text(f"{left_out} more before these; -v shows all", "dim"))
        self._labelled("steps", rows)

    def _layers(self) -> None:
        """Which layer the files come from that the exec got stuck at; with `verbose` all that it met."""
        check = self.check
        findings = check.launch.findings
        named = layers_by_path(check.origins, check.image.layers)
        wanted = {each.path for each in (findings[0].evidence if findings else ())}
        paths = [each for each in named if self.verbose or each in wanted]
        widest = min(max((len(visible(each)) for each in paths), default=0), _WIDEST_PATH)
        rows: list[Text] = []
        for path in paths if self.verbose else paths[-_MOST_LAYERS:]:
            number, layer = named[path]
            row = Text(f"{visible(path):{widest}}  {number} of {len(check.image.layers)}")
            line = visible(layer.created_by or layer.diff_id)
            if row.cell_len + 2 + len(line) <= self.console.width - _LABEL:
                rows.append(Text.assemble(row, (f"  {line}", "dim")))
            else:
                rows += [row, *(Text.assemble("  ", (each.plain, "dim")) for each in self._prose(line, 2))]
        self._labelled("layer", rows)

    def _objects(self) -> None:
        objects = self.check.launch.objects
        if not isinstance(self.check.launch.outcome, (Started, Unclear)) and not self.verbose:
            return
        names = max((len(each.name) for each in objects), default=0)
        shown = objects if self.verbose else objects[:_MOST_STEPS]
        rows = [
            Text.assemble(visible(each.name).ljust(min(names, 40)), ("  ", ""), (visible(each.path), "dim"))
            for each in shown
        ]
        if len(shown) < len(objects):
            rows.append(Text(f"and {len(objects) - len(shown)} more; -v shows all", "dim"))
        self._labelled("loads", rows)

    def _image(self) -> None:
        image = self.check.image
        lines = self._prose(phrases.origin(image))
        if image.digest:
            lines.append(Text(visible(image.digest), "dim"))
        if image.provenance and image.provenance.note:
            lines += self._prose(visible(image.provenance.note))
        self._labelled("image", lines)

    def _remedies(self) -> None:
        """The commands are never wrapped: they are there to be copied."""
        lines: list[Text] = []
        for remedy in self.remedies:
            title = Text(visible(remedy.title), "bold green")
            lines += title.wrap(self.console, max(self.console.width - _LABEL, 20))
            lines += [Text(f"  {visible(command)}", "cyan") for command in remedy.commands]
            lines += [Text.assemble("  ", each) for each in self._prose(visible(remedy.basis), 2)]
            if remedy.lost:
                lines += [Text.assemble("  ", (each.plain, "yellow")) for each in self._prose(phrases.lost(remedy), 2)]
        if self.other_remedies:
            lines.append(Text(f"and {self.other_remedies} more; --all-remedies shows all", "dim"))
        self._labelled("fix", lines)

    def _pointer(self) -> None:
        codes = list(dict.fromkeys(each.code for each in reasons_of(self.check)))
        if codes:
            self._labelled("more", [Text(f"libccheck explain {codes[0]}", "cyan")])

    def _labelled(self, label: str, lines: list[Text]) -> None:
        if not lines:
            return
        self._line(Text())
        for number, line in enumerate(lines):
            self._line(Text.assemble((f"  {label if not number else '':{_LABEL - 2}}", "dim"), line))

    def _prose(self, text: str, indent: int = 0) -> list[Text]:
        return list(Text(text).wrap(self.console, max(self.console.width - _LABEL - indent, 20)))

    def _line(self, line: Text) -> None:
        line.rstrip()
        self.console.print(line, soft_wrap=True)


def _below(console: Console, report: Report, verbose: bool) -> None:
    """What does not count, and what is wrong with the configuration."""
    ignored, remarks = below.ignored(report, verbose=verbose), [below.remark(each) for each in below.found(report)]
    for title, lines, color in (("ignored", ignored, "dim"), ("configuration", remarks, "yellow")):
        if lines:
            console.print()
            console.print(Text(title, f"bold {color}"), soft_wrap=True)
        for line in lines:
            for piece in Text(line).wrap(console, max(console.width - 2, 20)):
                piece.rstrip()
                console.print(Text.assemble("  ", piece), soft_wrap=True)


def _would(check: Check) -> str:
    return f" loads into {visible(file_name(check.loaded_by))} in " if check.loaded_by else " starts in "


def _rows(steps: tuple[Step, ...], width: int) -> list[Text]:
    """The steps in columns: what was done, to which path, what was found, on whose word.

    Where the last does not fit it stands below, once for all steps in a row that have it.
    """
    actions = max((len(each.action) for each in steps), default=0)
    paths = min(max((len(visible(each.path)) for each in steps), default=0), _WIDEST_PATH)
    found = max((len(each.found) for each in steps), default=0)
    rows = []
    for number, each in enumerate(steps, 1):
        row = Text.assemble(
            (f"{each.action:{actions}}", "dim"),
            f"  {visible(each.path):{paths}}  ",
            (f"{visible(each.found):{found}}", "green" if each.found == "found" else "yellow"),
        )
        how = f"  {visible(each.how)}" if each.how else ""
        if not how or row.cell_len + len(how) <= width:
            rows.append(Text.assemble(row, (how, "dim")))
        else:
            repeated = number < len(steps) and steps[number].how == each.how
            rows += [row] if repeated else [row, Text(f"{'':{actions}}  {how}", "dim")]
    return rows
