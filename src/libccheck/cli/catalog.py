"""`libccheck catalog`: list, show, add and refresh the base images that are known by name."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from libccheck.cli import options
from libccheck.cli.entries import Listed, as_json, as_table, details_as_json, details_as_text
from libccheck.cli.output import emit, paper
from libccheck.errors import UsageError
from libccheck.formats.visible import visible
from libccheck.images.catalog import FILE, Catalog, Entry, normal_name, own_directory, paths

if TYPE_CHECKING:
    from libccheck.images.recipes import Recipe

_catalogs = click.option(
    "--catalog", "catalogs", multiple=True, metavar="DIR", help="Look into this catalog first; repeatable."
)
_formats = click.option(
    "--format", "formats", multiple=True, metavar="FORMAT", help="text or json; json=FILE writes to a file."
)


@click.group()
def catalog() -> None:
    """List, show, add and refresh base images that go by a name, without engine or network.

    \b
      libccheck catalog list
      libccheck catalog show alpine:3.20
      libccheck catalog add team/base:7 --from tar:base.tar.gz
      libccheck catalog refresh debian:bookworm-slim

    LIBCCHECK_CATALOG names catalogs of a team: directories, with a colon between them, looked at before your own.
    """


@catalog.command(name="list", short_help="Every base image known by name.")
@click.argument("words", nargs=-1, metavar="[WORD...]")
@click.option("--platform", metavar="OS/ARCH", help="Only entries for that platform, as linux/arm64.")
@click.option("--documented", is_flag=True, help="Only images of which nothing but documented facts are known.")
@_catalogs
@_formats
def list_(
    words: tuple[str, ...],
    platform: str | None,
    documented: bool,
    catalogs: tuple[str, ...],
    formats: tuple[str, ...],
) -> int:
    """Every base image known by name; with WORDs only those whose name holds one of them.

    Tags below a name lead to the same entry; they float, that is, they will mean a newer image some day. With
    --documented those that check knows by documented facts only: it says what these decide, and unclear beyond.
    """
    platform = _platform(platform)
    found = [
        each
        for each in (_documented() if documented else _listed(catalogs))
        if platform in (None, each.entry.platform)
        and (not words or any(word in name for word in words for name in _names(each)))
    ]
    for name, file in options.parse_formats(formats):
        emit(as_json(found) if name == "json" else as_table(found, paper(file)), file)
    return 0


@catalog.command(short_help="What is known of a base image, and how old that is.")
@click.argument("name")
@click.option("--platform", metavar="OS/ARCH", help="Which platform, as linux/arm64. [default: the host's]")
@_catalogs
@_formats
def show(name: str, platform: str | None, catalogs: tuple[str, ...], formats: tuple[str, ...]) -> int:
    """What is known of the base image NAME, where it was read, and how old that is."""
    from libccheck.images.catalog import open_catalog
    from libccheck.images.holdings import holdings
    from libccheck.images.opening import Opening

    how = Opening(_platform(platform), catalogs, documented=True)
    image = open_catalog(name.removeprefix("catalog:"), name, how)
    wanted = normal_name(name.removeprefix("catalog:"), name)
    listed = next(
        each
        for each in (_documented() if image.documented else _listed(catalogs))
        if each.entry.platform == image.platform and wanted in _names(each)
    )
    holds = holdings(image) if image.documented is None else None
    for form, file in options.parse_formats(formats):
        if form == "json":
            emit(details_as_json(listed, image, holds), file)
        else:
            emit(details_as_text(listed, image, holds, paper(file)), file)
    return 0


@catalog.command(short_help="Add an image, so that checks find it by name.")
@click.argument("name", required=False)
@click.option("--from", "source", metavar="IMAGE", help="What to read: tar:PATH, dir:PATH, or any other image.")
@click.option("--platform", metavar="OS/ARCH", help="Its platform. [default: what its programs are made for]")
@click.option("--alias", "aliases", multiple=True, metavar="NAME", help="Another name of it; repeatable.")
@click.option("--floating", multiple=True, metavar="NAME", help="A name of it that will move on; repeatable.")
@click.option("--origin", default="", metavar="TEXT", help="Where it comes from, in a sentence. [default: IMAGE]")
@click.option("--note", default="", metavar="TEXT", help="What one should know about it.")
@click.option("--date", default="", metavar="YYYY-MM-DD", help="How old it is. [default: today]")
@click.option(
    "--without", multiple=True, metavar="PATH", help="Leave out what begins so, as /usr/share/doc/; repeatable."
)
@click.option("--list", "recipes", metavar="FILE", help="Add all entries of a JSON file instead.")
@click.option("--roots", default=".", metavar="DIR", help="Where the paths in that file begin. [default: here]")
@click.option("--catalog", "directory", metavar="DIR", help="The catalog to write to. [default: your own]")
def add(
    name: str | None,
    source: str | None,
    platform: str | None,
    aliases: tuple[str, ...],
    floating: tuple[str, ...],
    origin: str,
    note: str,
    date: str,
    without: tuple[str, ...],
    recipes: str | None,
    roots: str,
    directory: str | None,
) -> int:
    """Add the image to your catalog as NAME, so that checks need it no more.

    Files are not kept, only what a start looks at. An entry of the same name and platform is replaced.
    """
    from libccheck.images.recipes import Recipe, read_recipes

    if recipes is not None:
        if name is not None or source is not None:
            raise UsageError("--list adds what its file says", hint="leave out NAME and --from, or --list")
        wanted = read_recipes(recipes, roots)
    elif name is None or source is None:
        raise UsageError("what to add, and from where", hint="libccheck catalog add NAME --from tar:root.tar")
    else:
        recipe = Recipe(normal_name(name, name), source, platform, origin, date=_date(date), note=note)
        wanted = [
            recipe._replace(
                aliases=tuple(normal_name(each, each) for each in aliases),
                floating=tuple(normal_name(each, each) for each in floating),
                without=without,
            )
        ]
    _add(wanted, os.path.join(directory or own_directory(), FILE))
    return 0


@catalog.command(short_help="Read entries again, from the registries of their names.")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option("--platform", metavar="OS/ARCH", help="Only for that platform. [default: those it is known for]")
@click.option("--insecure", multiple=True, metavar="HOST", help="A registry without TLS; repeatable.")
@click.option("--catalog", "directory", metavar="DIR", help="The catalog to write to. [default: your own]")
def refresh(names: tuple[str, ...], platform: str | None, insecure: tuple[str, ...], directory: str | None) -> int:
    """Read all entries of your catalog again, or those called NAME, from the registries that their names lead to.

    A NAME may be one of the built-in catalog: what is read goes to your own, which is looked at first. Tags that have
    not moved on are left alone. One that cannot be read stays as it is, and makes the exit status 3.
    """
    from time import strftime

    from libccheck.cli.complaints import tell
    from libccheck.cli.gather import Sources
    from libccheck.images.refreshing import refresh as read_again
    from libccheck.images.refreshing import wanted

    path = os.path.join(directory or own_directory(), FILE)
    entries = wanted(names, path, _platform(platform))
    if not entries:
        raise UsageError("your catalog has no entries yet", hint="name one: libccheck catalog refresh alpine:3.20")
    done, failed = read_again(
        path,
        entries,
        lambda name, where: Sources(where, (), True, insecure).images(f"registry:{name}")[0],
        strftime("%Y-%m-%d"),
    )
    lines = [
        f"{visible(each.name)} {each.platform} {'new' if each.changed else 'as it was'} {visible(each.digest)}\n"
        for each in done
    ]
    emit("".join(lines))
    for each in failed:
        tell(each.subject, each.message, each.hint)
    return max((each.status for each in failed), default=0)


def _add(recipes: list[Recipe], path: str) -> None:
    from time import strftime

    from libccheck.images import open_image
    from libccheck.images.cataloging import add as add_all
    from libccheck.images.recipes import additions

    def told(what: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[Kreading {what}")
            sys.stderr.flush()

    try:
        add_all(
            path, additions(recipes, lambda name, where: open_image(name, platform=where), strftime("%Y-%m-%d"), told)
        )
    finally:
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")


def _platform(text: str | None) -> str | None:
    if text is None:
        return None
    from libccheck.images.platforms import normal

    return normal(text)


def _date(text: str) -> str:
    if text:
        parts = text.split("-")
        if [len(part) for part in parts] != [4, 2, 2] or not all(part.isdecimal() for part in parts):
            raise UsageError(f"--date {text} is not YYYY-MM-DD")
    return text


def _listed(catalogs: tuple[str, ...]) -> list[Listed]:
    """All entries, those of a catalog looked at first hiding those of later ones."""
    found: dict[tuple[str, str], Listed] = {}
    for path in paths(catalogs):
        held = Catalog(path)
        aliases = list(held.aliases())
        for entry in held.entries():
            names = tuple(alias for alias in aliases if alias.target == entry.name)
            found.setdefault((entry.name, entry.platform), Listed(entry, path, names))
    return list(found.values())


def _documented() -> list[Listed]:
    """What goes by documented facts alone, for each platform."""
    from libccheck.images.documented import DATE, FILE, PLATFORMS, facts

    return [
        Listed(Entry(each.name, platform, 0, DATE, None, each.libc, each.version, each.floating), FILE, ())
        for each in facts()
        for platform in PLATFORMS
    ]


def _names(listed: Listed) -> list[str]:
    return [listed.entry.name, *(alias.name for alias in listed.aliases)]
