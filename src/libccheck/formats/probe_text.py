"""What images offer, for people: a card of one, a comparison of several; by rich."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from libccheck.formats import card, phrases
from libccheck.formats.card import bytes_in_words, listed, row
from libccheck.formats.console import console_for
from libccheck.formats.paper import Paper
from libccheck.formats.visible import visible
from libccheck.model import Config, Layer
from libccheck.offers import Offers
from libccheck.offers.loaders import LoaderAt
from libccheck.offers.system import TEMPORARY, Tool

_FAMILIES = {"uclibc": "uClibc"}
_WIDE = 130
_MOST_USERS = 6


def render(images: Sequence[Offers], paper: Paper, *, verbose: bool = False) -> str:
    """The card or the comparison, ready to be written; nothing where there are no images."""
    console, written = console_for(paper)
    if len(images) == 1:
        _show(console, images[0], verbose, "→" if paper.unicode else "->")
    elif images:
        _compare(console, images)
    return written.getvalue()


def _compare(console: Console, images: Sequence[Offers]) -> None:
    wide = console.width >= _WIDE
    headers = ["image", "libc", "sh", "env", "CAs", "zones", TEMPORARY, "libs", "size"]
    rows = [
        [
            visible(each.image.reference),
            _libc_words(each),
            _maker(each.shells[:1] if each.shells and each.shells[0].path == "/bin/sh" else ()),
            _maker(each.env),
            "yes" if each.certificates else "-",
            "yes" if each.zoneinfo else "-",
            each.temporary or "-",
            str(len(each.libraries) or "-"),
            bytes_in_words(each.size),
        ]
        for each in images
    ]
    if wide:
        headers += ["platform", "loaders"]
        for cells, each in zip(rows, images, strict=True):
            cells += [visible(each.image.platform), listed([loader.path for loader in each.loaders], 1) or "-"]
    card.table(console, headers, rows, right=(7, 8))


def _show(console: Console, offers: Offers, verbose: bool, arrow: str) -> None:
    image = offers.image
    card.headline(console, image.reference, phrases.origin(image).partition(", ")[2])
    row(console, "libc", Text(_libc_words(offers), "bold") if offers.libc else Text("none", "yellow"))
    if offers.loaders:
        row(
            console, "loaders", *[line for each in offers.loaders for line in _loader_lines(each, arrow, console.width)]
        )
    else:
        row(console, "loaders", Text("none: no dynamic program starts here", "yellow"))
    row(console, "looks in", listed(offers.directories, 100))
    names = [each.name for each in offers.libraries]
    most = len(names) if verbose else 8
    row(console, "libraries", f"{len(names)}: {listed(names, most)}" if names else "none")
    row(console, "shells", ", ".join(_tool_words(each, arrow) for each in offers.shells) or Text("none", "yellow"))
    row(console, "env", ", ".join(_tool_words(each, arrow) for each in offers.env) or Text("none", "yellow"))
    row(console, "CA bundle", offers.certificates or Text("none", "yellow"))
    row(console, "time zones", offers.zoneinfo or Text("none", "yellow"))
    row(console, TEMPORARY, f"mode {offers.temporary}" if offers.temporary else Text("none", "yellow"))
    users = [f"{each.name} ({each.uid})" for each in offers.users]
    row(console, "users", listed(users, len(users) if verbose else _MOST_USERS) or Text("none", "yellow"))
    named = visible(offers.distribution.name) if offers.distribution else ""
    row(console, "system", "; ".join(each for each in (named, listed(offers.package_managers)) if each))
    _config(console, image.config)
    row(console, "size", bytes_in_words(offers.size))
    row(console, "digest", visible(image.digest or ""))
    if image.provenance and image.provenance.note:
        row(console, "note", visible(image.provenance.note))
    if verbose and image.provenance:
        row(console, "from", visible(image.provenance.origin))
    _layers(console, image.layers)


def _config(console: Console, config: Config) -> None:
    for label, words in (("entrypoint", config.entrypoint), ("command", config.cmd), ("health", config.healthcheck)):
        row(console, label, visible(json.dumps(list(words), ensure_ascii=False)) if words else "")
    row(console, "user", visible(config.user))
    row(console, "workdir", visible(config.workdir) if config.workdir not in ("", "/") else "")
    row(console, "env vars", *[visible(f"{name}={value}") for name, value in config.env])


def _layers(console: Console, layers: Sequence[Layer]) -> None:
    """Newest first and with what made it, as `docker history` has them; numbered from the lowest on."""
    lines = [
        Text.assemble(f"{number:>3} {bytes_in_words(each.size):>10}  ", (visible(each.created_by or each.digest), ""))
        for number, each in reversed(list(enumerate(layers, 1)))
    ]
    row(console, "layers", *lines)


def _libc_words(offers: Offers) -> str:
    if offers.libc is None:
        return "none"
    family = _FAMILIES.get(offers.libc.family, offers.libc.family)
    return f"{family} {offers.libc.version or ''}".rstrip()


def _loader_lines(loader: LoaderAt, arrow: str, width: int) -> list[Text]:
    """Its path, where that leads, what is there: on one line, or on two where that is too long."""
    path, led = Text(visible(loader.path)), Text()
    if loader.leads_to not in (None, loader.path):
        led.append(f"{arrow} {visible(loader.leads_to or '')}", "dim")
    family = _FAMILIES.get(loader.family or "", loader.family)
    what = f"{family} {loader.version or ''}".rstrip() if family else "nothing that is known"
    facts = Text(visible(loader.trouble), "yellow") if loader.trouble else Text(f"{what}, {loader.machine}")
    rest = Text.assemble(led, "  ", facts) if led else facts
    line = Text.assemble(path, " " if led else "  ", rest)
    return [line] if line.cell_len <= width - card.LABEL else [path, rest]


def _tool_words(tool: Tool, arrow: str) -> str:
    if tool.leads_to is None:
        return f"{tool.path} {arrow} nothing"
    return tool.path if tool.made_by == tool.path.rpartition("/")[2] else f"{tool.path} ({visible(tool.made_by or '')})"


def _maker(tools: Sequence[Tool]) -> str:
    return visible(tools[0].made_by or "broken") if tools else "-"
