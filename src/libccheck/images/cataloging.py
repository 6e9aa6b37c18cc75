"""Adding entries to a catalog's file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from libccheck.errors import LibccheckError
from libccheck.images.catalog import FLOATING, Alias, Catalog, Entry
from libccheck.images.layers import size
from libccheck.images.outlines import outline_of, pack
from libccheck.images.snapshot import pack_image
from libccheck.images.storing import Storing
from libccheck.libc import image_libc
from libccheck.model import Image, Outline, Provenance
from libccheck.record import NamedTuple
from libccheck.tree import Tree


class Addition(NamedTuple):
    """An image to add under `name`; `aliases` are further names of it, `floating` those that will move on.

    `name` itself may be among the floating ones.
    """

    name: str
    image: Image
    provenance: Provenance
    aliases: tuple[str, ...] = ()
    floating: tuple[str, ...] = ()


def add(path: str, additions: Iterable[Addition]) -> None:
    """Put these entries into the catalog's file at `path`, in place of those of the same name and platform."""
    with _locked(path):
        known = Catalog(path) if os.path.exists(path) else None
        entries = {(each.name, each.platform): each for each in known.entries()} if known else {}
        aliases = {each.name: each for each in known.aliases()} if known else {}
        outlines = _outlines(known) if known else {}
        storing = Storing(known.store if known else None)
        for each in additions:
            entry = _entry(each, storing)
            entries[entry.name, entry.platform] = entry
            outlines.setdefault(entry.platform, {})[entry.name] = outline_of(each.image)
            aliases.pop(entry.name, None)
            for name in (*each.aliases, *each.floating):
                if name != entry.name:
                    aliases[_name(name)] = Alias(name, entry.name, name in each.floating)
        numbers = {platform: storing.add(pack(each), "outlines") for platform, each in outlines.items() if each}
        storing.write(path, _index(entries.values(), aliases.values(), numbers))


def _outlines(catalog: Catalog) -> dict[str, dict[str, Outline]]:
    """By platform and name; of entries that an earlier release has written without, they are made now."""
    found: dict[str, dict[str, Outline]] = {}
    for entry in catalog.entries():
        if entry.platform not in found:
            found[entry.platform] = catalog.outlines(entry.platform)
        if entry.name not in found[entry.platform]:
            found[entry.platform][entry.name] = outline_of(catalog.image(entry, entry.name))
    return found


def without(image: Image, patterns: Iterable[str]) -> Image:
    """The image without the files whose paths begin with one of these, as minimized images leave out documentation."""
    left_out = tuple(patterns)
    if not left_out:
        return image
    nodes = {
        path: node for path in image.tree if not path.startswith(left_out) and (node := image.tree.nodes.get(path))
    }
    tree = Tree(nodes)
    return image._replace(tree=tree, size=size(tree))


def _entry(addition: Addition, storing: Storing) -> Entry:
    image = addition.image._replace(provenance=addition.provenance)
    if image.size is None:
        image = image._replace(size=size(image.tree))
    loader = image_libc(image)
    return Entry(
        _name(addition.name),
        image.platform,
        pack_image(image, storing),
        addition.provenance.date,
        image.size,
        loader.family if loader else "",
        (loader.version or "") if loader else "",
        addition.name in addition.floating,
    )


def _name(name: str) -> str:
    if not name or not name.isprintable() or any(each.isspace() for each in name):
        raise LibccheckError(f"{name!r} is no name of an image", subject=name)
    return name


def _index(entries: Iterable[Entry], aliases: Iterable[Alias], outlines: Mapping[str, int]) -> str:
    lines = []
    for entry in entries:
        *fields, floating = entry
        lines.append(("E", *map(str, fields), *([FLOATING] if floating else [])))
    for alias in aliases:
        lines.append(("A", alias.name, alias.target, *([FLOATING] if alias.floating else [])))
    lines += (("O", platform, str(number)) for platform, number in outlines.items())
    return "".join("\t".join(line) + "\n" for line in lines)


@contextmanager
def _locked(path: str) -> Iterator[None]:
    """Nobody else writes that catalog meanwhile."""
    from fcntl import LOCK_EX, flock

    directory = os.path.dirname(path) or "."
    try:
        os.makedirs(directory, exist_ok=True)
        lock = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise LibccheckError(f"cannot write {path}: {error.strerror}", subject=path) from error
    try:
        flock(lock, LOCK_EX)
        yield
    finally:
        os.close(lock)
