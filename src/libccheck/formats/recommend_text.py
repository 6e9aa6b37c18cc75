"""A recommendation for people: sizes as bars, what each image lacks, what a change would open; by rich."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from libccheck.formats.bars import bar
from libccheck.formats.card import bytes_in_words, listed
from libccheck.formats.console import console_for
from libccheck.formats.paper import Paper
from libccheck.formats.visible import visible
from libccheck.model import Finding
from libccheck.placement import file_name
from libccheck.recommending import Change, Choice, Passed, Recommendation
from libccheck.recommending.contents import LOADED, PROGRAM
from libccheck.recommending.slimming import Slimming
from libccheck.rules import RULES

_WIDE = 110
_WIDEST_BAR = 40
_SHORTEST_BAR = 6
_SIZE = 8
_MOST_NAMES = 4
_MOST_LINES = 8
_LACKS = {
    "LC307": "certificates of authorities",
    "LC308": "time zones",
    "LC309": "a place for temporary files",
    "LC310": "an entry for its user in /etc/passwd",
    "LC311": "a shell",
    "LC312": "a library that it loads later",
}


def render(found: Recommendation, paper: Paper, slimming: Slimming | None = None) -> str:
    """Ready to be written; nothing where no program could be read. `slimming` goes before, and says what it is for."""
    console, written = console_for(paper)
    if slimming is not None:
        _Picture(console, found, paper.unicode).show_image(slimming)
    if found.programs:
        _Picture(console, found, paper.unicode).show()
    return written.getvalue()


class _Picture:
    def __init__(self, console: Console, found: Recommendation, unicode: bool) -> None:
        self.console = console
        self.found = found
        self.unicode = unicode
        shown = [*((each.tag, each.size) for each in found.choices), *((each.tag, each.size) for each in found.changes)]
        self.name = max((cell_len(visible(tag)) for tag, _ in shown), default=0)
        self.largest = max((size for _, size in shown), default=1)

    def show(self) -> None:
        found = self.found
        names = listed([file_name(each.path) for each in found.programs], _MOST_NAMES)
        alone = len(found.programs) == 1
        what = "the smallest images that start" if found.choices else "no image of the catalog starts"
        whom = ("it" if alone else "them") if found.choices else ("it as it is" if alone else "them as they are")
        headline = Text.assemble((names, "bold"), f" for {found.platform}: {what} {whom}")
        for line in headline.wrap(self.console, self.console.width):
            self._line(line)
        if found.choices:
            self._line(Text())
        for each in found.choices:
            self._choice(each)
        if found.untried:
            self._prose(f"and {found.untried} more that nothing rules out; --all tries them", "  ", "dim")
        self._passed()
        self._supposed()
        if found.changes:
            self._line(Text())
            self._line(Text("with a change" if found.choices else "after a change", "bold"))
        for change in found.changes:
            self._change(change)

    def show_image(self, slimming: Slimming) -> None:
        """Its size now and to be, and what the bytes are for."""
        sizes = bytes_in_words(slimming.size)
        if slimming.possible is not None and slimming.possible < slimming.size:
            sizes += f", {bytes_in_words(slimming.possible)} possible"
        self._line(Text.assemble((visible(slimming.image.reference), "bold"), f"  {sizes}"))
        self._prose(f"for {visible(slimming.place)} alone", "  ", "dim")
        if slimming.is_script:
            self._prose("which is a script: its interpreter counts, and what it runs beside does not", "  ", "yellow")
        self._line(Text())
        widest = max((len(each.kind) for each in slimming.parts), default=0)
        room = max(self.console.width - widest - _SIZE - 6, _SHORTEST_BAR)
        for each in slimming.parts:
            drawn = bar(each.size / max(slimming.size, 1), min(room, _WIDEST_BAR), self.unicode)
            kept = each.kind in (PROGRAM, LOADED)
            line = Text(f"  {each.kind:{widest}}  {bytes_in_words(each.size):>{_SIZE}}  ")
            self._line(Text.assemble(line, (drawn, "green" if kept else "red")))
        self._line(Text())

    def _choice(self, choice: Choice) -> None:
        image = choice.image
        notes = [f"base {bytes_in_words(choice.base_size)}"] if choice.base_size else []
        if image.as_of:
            notes.append(f"as of {image.as_of}")
        self._bar(choice.tag, choice.size, "", "green", [*notes, *_lacking(choice.lacks)])

    def _change(self, change: Change) -> None:
        self._line(Text())
        self._prose(visible(change.title), "  ", "bold green")
        self._bar(change.tag, change.size, "" if change.exact else "~", "cyan", _lacking(change.lacks))
        for each in change.commands:
            self._line(Text.assemble("    ", (visible(each), "cyan")))
        self._prose(visible(change.basis), "    ", "")
        if change.lost:
            self._prose(f"lost: {visible(', '.join(change.lost))}", "    ", "yellow")

    def _passed(self) -> None:
        """The reasons, each once, with the bases that it concerns."""
        groups: dict[tuple[str | None, str], list[Passed]] = {}
        for each in self.found.passed:
            groups.setdefault((each.code, each.reason), []).append(each)
        if not groups:
            return
        self._line(Text())
        self._line(Text("smaller, but not" if self.found.choices else "because", "bold"))
        for (code, reason), several in groups.items():
            names = listed([each.tag for each in several], _MOST_NAMES)
            self._prose(f"{' '.join(filter(None, (code, visible(reason))))}: {names}", "  ", "")

    def _supposed(self) -> None:
        """Of each line the oldest; what is newer there has a newer C library."""
        lines: dict[str, list[str]] = {}
        for each in self.found.supposed:
            lines.setdefault(each.tag.partition(":")[0], []).append(each.tag)
        if not lines:
            return
        names = [tags[0] if len(tags) == 1 else f"{tags[0]} and newer" for tags in lines.values()]
        self._line(Text())
        self._line(Text("not known for certain", "bold"))
        self._prose(f"nothing documented is against {listed(names, _MOST_LINES)}", "  ", "")

    def _bar(self, tag: str, size: int, about: str, color: str, notes: Sequence[str]) -> None:
        """Notes stand behind the bar where there is room, else below it; a name too long for a bar has its own line."""
        name, words = Text(f"  {visible(tag)}"), about + bytes_in_words(size)
        room = self.console.width - self.name - _SIZE - 6
        if room < _SHORTEST_BAR:
            self._line(name)
            name, room = Text("  "), self.console.width - _SIZE - 6
        name.pad_right(self.console.width - room - _SIZE - 4 - name.cell_len)
        wide = self.console.width >= _WIDE
        drawn = bar(size / self.largest, min(room, _WIDEST_BAR) if wide else room, self.unicode)
        line = Text.assemble(name, f"  {words:>{_SIZE}}  ", (drawn, color))
        said = "; ".join(notes)
        if wide and line.cell_len + 2 + cell_len(said) <= self.console.width:
            self._line(Text.assemble(line, "  ", (said, "dim")))
            return
        self._line(line)
        if said:
            self._prose(said, "    ", "dim")

    def _prose(self, text: str, indent: str, style: str) -> None:
        for line in Text(text).wrap(self.console, max(self.console.width - len(indent), 20)):
            self._line(Text.assemble(indent, (line.plain, style)))

    def _line(self, line: Text) -> None:
        line.rstrip()
        self.console.print(line, soft_wrap=True)


def _lacking(lacks: Iterable[Finding]) -> list[str]:
    """ "lacks time zones (LC308)", then the other remarks by their names."""
    missing = [f"{_LACKS[each.code]} ({each.code})" for each in lacks if each.code in _LACKS]
    others = [f"{RULES[each.code].name} ({each.code})" for each in lacks if each.code not in _LACKS]
    return [*([f"lacks {', '.join(missing)}"] if missing else []), *others]
