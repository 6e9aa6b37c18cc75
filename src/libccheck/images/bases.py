"""Base images to try a program on: the newest of each line that a catalog holds, the smallest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from libccheck.images.catalog import Catalog, paths
from libccheck.model import Image


def bases(platform: str, catalogs: Sequence[str] = ()) -> Iterator[Image]:
    """Opened one by one as they are asked for.

    The newest of a line is what a name without a release leads to (latest, stable, 1-musl), or an entry of such a name;
    of a catalog without floating names, all entries count. One that only floats, as edge does, is nobody's advice.
    """
    found = {}
    for path in reversed(paths(catalogs)):
        catalog = Catalog(path)
        current = {alias.target for alias in catalog.aliases() if alias.floating and not _is_release(alias.name)}
        for entry in catalog.entries():
            named = entry.name in current and not entry.floating
            if entry.platform == platform and (named or not current or entry.name.endswith(":latest")):
                found[entry.name] = (entry.size or 0, entry.name, catalog, entry)
    for _, name, catalog, entry in sorted(found.values(), key=lambda each: each[:2]):
        yield catalog.image(entry, name)


def _is_release(name: str) -> bool:
    """Whether the tag names a release: `1.37-musl` does, `1-musl` and `latest` do not."""
    return "." in name.rpartition(":")[2]
