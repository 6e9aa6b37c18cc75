"""Entries of a catalog read again from the registries that their names lead to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

from libccheck.errors import LibccheckError
from libccheck.images.catalog import Catalog, normal_name, paths
from libccheck.images.cataloging import Addition, add
from libccheck.model import Failure, Image, Provenance
from libccheck.record import NamedTuple


class Wanted(NamedTuple):
    """One entry to be read again: `aliases` and `floating` are its other names, and those that move on."""

    name: str
    platform: str | None
    aliases: tuple[str, ...] = ()
    floating: tuple[str, ...] = ()


class Refreshed(NamedTuple):
    """changed: whether the registry has another image by that name now than the catalog had."""

    name: str
    platform: str
    digest: str
    changed: bool


def wanted(names: Sequence[str], path: str, platform: str | None) -> list[Wanted]:
    """The entries of the catalog in `path`, or those of any catalog by these names, for each of their platforms.

    A name that no catalog holds is wanted for that platform, by default for that of this machine.
    """
    meant = [normal_name(each, each) for each in names]
    files = [path] if not names else [path, *(each for each in paths() if each != path)]
    found: dict[tuple[str, str | None], Wanted] = {}
    for file in files:
        for each in _held(file) if os.path.exists(file) else ():
            called = (each.name, *each.aliases, *each.floating)
            if (not names or any(name in called for name in meant)) and platform in (None, each.platform):
                found.setdefault((each.name, each.platform), each)
    known = {name for each in found.values() for name in (each.name, *each.aliases, *each.floating)}
    return [*found.values(), *(Wanted(name, platform) for name in meant if name not in known)]


def refresh(
    path: str, entries: Iterable[Wanted], open_image: Callable[[str, str | None], Image], today: str
) -> tuple[list[Refreshed], list[Failure]]:
    """Write what has changed into the catalog in `path`; one that cannot be read stays as it is, and is told."""
    known = Catalog(path) if os.path.exists(path) else None
    done: list[Refreshed] = []
    failed: list[Failure] = []
    new: list[Addition] = []
    for each in entries:
        try:
            image = open_image(each.name, each.platform)
        except LibccheckError as error:
            failed.append(Failure(each.name, error.message, error.hint, error.status))
            continue
        entry = known.find(each.name, image.platform) if known else None
        changed = known is None or entry is None or known.image(entry, each.name).digest != image.digest
        done.append(Refreshed(each.name, image.platform, image.digest or "", changed))
        if changed:
            provenance = Provenance(f"registry {image.reference.removeprefix('registry:')}", "", "", today, "")
            new.append(Addition(each.name, image, provenance, each.aliases, each.floating))
    if new:
        add(path, new)
    return done, failed


def _held(file: str) -> list[Wanted]:
    catalog = Catalog(file)
    aliases = list(catalog.aliases())
    found = []
    for entry in catalog.entries():
        own = [each for each in aliases if each.target == entry.name]
        fixed = tuple(each.name for each in own if not each.floating)
        floating = tuple(each.name for each in own if each.floating) + ((entry.name,) if entry.floating else ())
        found.append(Wanted(entry.name, entry.platform, fixed, floating))
    return found
