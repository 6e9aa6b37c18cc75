"""A card: a headline, and labelled rows below it; what `inspect` and `probe` show of one thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from libccheck.formats.visible import visible

LABEL = 13
_NARROWEST = 20
_LONGEST = 2000  # characters in a row; only a damaged file or a hostile one has more to say


def headline(console: Console, name: str, tag: str) -> None:
    """The name on the left, what it is on the right; below each other where they do not fit."""
    left, right = Text(visible(name), "bold"), Text(visible(tag), "cyan")
    gap = console.width - left.cell_len - right.cell_len
    line = Text.assemble(left, " " * gap, right) if gap > 1 else Text.assemble(left, "\n  ", right)
    console.print(line, soft_wrap=True)
    console.print()


def row(console: Console, label: str, *lines: Text | str) -> None:
    """A label and what belongs to it, wrapped and within a bound; no row where there is nothing to say."""
    width = max(console.width - LABEL, _NARROWEST)
    shown = label
    for line in lines:
        text = line if isinstance(line, Text) else Text(line)
        if len(text) > _LONGEST:
            text = Text.assemble(text[:_LONGEST], (f" ... and {len(text) - _LONGEST} characters more", "dim"))
        for piece in text.wrap(console, width, overflow="fold") if text else ():
            piece.rstrip()
            console.print(Text.assemble((f"  {shown:{LABEL - 2}}", "dim"), piece), soft_wrap=True)
            shown = ""


def listed(names: Sequence[str], most: int = 6) -> str:
    """Names side by side, "a, b and 7 more"."""
    if len(names) > most + 1:
        return f"{', '.join(visible(name) for name in names[:most])} and {len(names) - most} more"
    return ", ".join(visible(name) for name in names)


def table(
    console: Console, headers: Sequence[str], rows: Iterable[Sequence[Text | str]], right: Sequence[int] = ()
) -> None:
    """Columns without lines between them; the first one is folded where there is no room, the others are kept whole."""
    grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", show_header=any(headers))
    for number, header in enumerate(headers):
        grid.add_column(
            Text(header), overflow="fold", no_wrap=number > 0, justify="right" if number in right else "left"
        )
    for cells in rows:
        grid.add_row(*cells)
    for line in console.render_lines(grid, pad=False):
        text = Text.assemble(*[(segment.text, segment.style or "") for segment in line])
        text.rstrip()
        console.print(text, soft_wrap=True)


def bytes_in_words(size: int) -> str:
    """As the field writes sizes, by powers of ten: "812 bytes", "93 kB", "7.8 MB", "121 MB"."""
    if size < 1000:
        return f"{size} byte{'' if size == 1 else 's'}"
    value = size / 1e6
    return f"{value:.0f} MB" if value >= 100 else f"{value:.1f} MB" if value >= 1 else f"{size / 1000:.0f} kB"
