"""What a catalog holds, as JSON by the schema `libccheck/catalog/1` or as a table for people; by rich."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from libccheck.formats.paper import Paper
from libccheck.formats.visible import visible
from libccheck.images.catalog import Alias, Entry
from libccheck.images.holdings import Holdings
from libccheck.model import Image
from libccheck.record import NamedTuple

_A_LINE = 3  # names
_GAP = "  "
_NARROWEST = 8

SCHEMA = "libccheck/catalog/1"


class Listed(NamedTuple):
    """An entry, the catalog's file that holds it, and its other names."""

    entry: Entry
    catalog: str
    aliases: tuple[Alias, ...]


def as_json(listed: list[Listed]) -> str:
    return _dumped([_data(each) for each in listed])


def details_as_json(listed: Listed, image: Image, holds: Holdings | None) -> str:
    """`holds` is None where only documented facts are known."""
    if holds is None:
        provenance = image.provenance._asdict() if image.provenance else None
        return _dumped([{**_data(listed), "provenance": provenance}])
    config = image.config
    details = {
        "digest": image.digest,
        "provenance": image.provenance._asdict() if image.provenance else None,
        "config": {**config._asdict(), "env": [f"{name}={value}" for name, value in config.env]},
        "loaders": [
            {"path": path, "family": loader.family, "version": loader.version, "directories": list(loader.directories)}
            for path, loader in holds.loaders
        ],
        "libraries": list(holds.libraries),
        "programs": holds.programs,
        "files": holds.files,
    }
    return _dumped([{**_data(listed), **details}])


def as_table(listed: list[Listed], paper: Paper) -> str:
    """One row a name; what differs by platform is that of the first one. A name is never broken: one that is too long
    has a line to itself, and where there is no room for all platforms the first one and a count stand for them."""
    from rich.text import Text

    rows: dict[tuple[str, str], list[Listed]] = {}
    for each in listed:
        rows.setdefault((each.entry.name, each.catalog), []).append(each)
    table = [("image", "libc", "size", "as of", "platforms"), *(_row(several, full=True) for several in rows.values())]
    if _too_wide(table, paper):
        table[1:] = [_row(several, full=False) for several in rows.values()]
    _, libc, size, date, platforms = (max(map(len, column)) for column in zip(*table, strict=True))
    others = sum((libc, size, date, platforms)) + 4 * len(_GAP)
    name = max(min(max(len(row[0]) for row in table), paper.width - others), _NARROWEST)
    lines: list[Text] = []
    for row, several in zip(table, [None, *rows.values()], strict=True):
        facts = _GAP.join((f"{row[1]:{libc}}", f"{row[2]:>{size}}", f"{row[3]:{date}}", row[4]))
        shown = Text(row[0], "bold")
        if len(row[0]) > name:
            lines.append(shown)
            shown = Text()
        shown.pad_right(name + len(_GAP) - len(shown))
        lines.append(Text.assemble(shown, (facts, "" if several else "bold")))
        lines += (Text(f"  {names}", "dim") for names in (_floating(several[0]) if several else ()))
    return _printed(lines, paper)


def _row(several: list[Listed], full: bool) -> tuple[str, str, str, str, str]:
    first = several[0].entry
    platforms = [each.entry.platform.removeprefix("linux/") for each in several]
    shown = platforms if full else [platforms[0], *([f"+{len(platforms) - 1}"] if platforms[1:] else [])]
    return (
        visible(first.name),
        visible(f"{first.libc} {first.libc_version}".strip() or "no loader"),
        megabytes(first.size),
        visible(first.date),
        visible(" ".join(shown)),
    )


def _too_wide(table: list[tuple[str, str, str, str, str]], paper: Paper) -> bool:
    return sum(max(map(len, column)) + len(_GAP) for column in zip(*table, strict=True)) - len(_GAP) > paper.width


def details_as_text(listed: Listed, image: Image, holds: Holdings | None, paper: Paper) -> str:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in _facts(listed, image, holds):
        if value:
            table.add_row(label, Text(visible(value)))
    return _printed([table], paper)


def megabytes(size: int | None) -> str:
    """As the field writes image sizes: 10^6 bytes, two or three figures."""
    if size is None:
        return ""
    value = size / 1_000_000
    return f"{value:.0f} MB" if value >= 100 else f"{value:.1f} MB" if value >= 1 else f"{size / 1000:.0f} kB"


def _facts(listed: Listed, image: Image, holds: Holdings | None) -> list[tuple[str, str]]:
    entry, provenance = listed.entry, image.provenance
    facts = [
        ("image", f"{entry.name} for {entry.platform}"),
        ("also", ", ".join(_also(listed))),
        ("as of", entry.date + (", the name moves on" if image.floating else "")),
        ("libc", f"{entry.libc} {entry.libc_version}".strip()),
        *(_held(holds, entry) if holds is not None else ()),
        ("command", " ".join((*image.config.entrypoint, *image.config.cmd))),
        ("catalog", listed.catalog),
    ]
    if provenance is not None:
        facts += [
            ("origin", provenance.origin),
            ("file", provenance.file),
            ("sha256", provenance.sha256),
            ("note", provenance.note),
        ]
    return facts


def _held(holds: Holdings, entry: Entry) -> list[tuple[str, str]]:
    return [
        *(("loader", f"{path}  {loader.family} {loader.version or ''}".rstrip()) for path, loader in holds.loaders),
        ("libraries", " ".join(holds.libraries)),
        ("programs", str(holds.programs)),
        ("files", f"{holds.files}, {megabytes(entry.size)}"),
    ]


def _floating(listed: Listed) -> list[str]:
    """The names that move on, some to a line, without the part that they share with the entry's."""
    stem = listed.entry.name.rpartition(":")[0] + ":"
    names = [visible(alias.name.removeprefix(stem)) for alias in listed.aliases if alias.floating]
    return [", ".join(names[at : at + _A_LINE]) for at in range(0, len(names), _A_LINE)]


def _also(listed: Listed) -> list[str]:
    return [alias.name + ("" if alias.floating else " (the same)") for alias in listed.aliases]


def _data(listed: Listed) -> dict[str, Any]:
    entry = listed.entry
    return {
        "name": entry.name,
        "platform": entry.platform,
        "catalog": listed.catalog,
        "as_of": entry.date,
        "floating": entry.floating,
        "aliases": [{"name": alias.name, "floating": alias.floating} for alias in listed.aliases],
        "libc": entry.libc or None,
        "libc_version": entry.libc_version or None,
        "size": entry.size,
    }


def _dumped(entries: list[dict[str, Any]]) -> str:
    import json

    return json.dumps({"schema": SCHEMA, "entries": entries}, indent=2) + "\n"


def _printed(parts: Sequence[Any], paper: Paper) -> str:
    from libccheck.formats.console import console_for

    console, written = console_for(paper)
    for each in parts:
        console.print(each, soft_wrap=not hasattr(each, "columns"))
    return "".join(line.rstrip() + "\n" for line in written.getvalue().splitlines())
