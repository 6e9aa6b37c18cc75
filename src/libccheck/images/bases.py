"""Base images to try a program on: what a catalog holds for a platform, the smallest first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from libccheck.images.catalog import Catalog, paths
from libccheck.model import Base


def bases(platform: str, catalogs: Sequence[str] = ()) -> list[Base]:
    """None of them is opened yet.

    Current is what a name without a release leads to (latest, stable, 1-musl), or an entry of such a name; of a catalog
    without floating names, all entries are. One that only floats, as edge does, is nobody's advice.
    """
    found = {}
    for path in reversed(paths(catalogs)):
        catalog = Catalog(path)
        newest = {alias.target for alias in catalog.aliases() if alias.floating and not _is_release(alias.name)}
        for entry in catalog.entries():
            if entry.platform == platform and (not entry.floating or entry.name.endswith(":latest")):
                current = entry.name in newest or not newest or entry.name.endswith(":latest")
                opened = partial(catalog.image, entry, entry.name)
                libc = entry.libc, entry.libc_version
                found[entry.name] = Base(entry.name, platform, entry.size, *libc, current, opened)
    return sorted(found.values(), key=lambda each: (each.size or 0, each.name))


def _is_release(name: str) -> bool:
    """Whether the tag names a release: `1.37-musl` does, `1-musl` and `latest` do not."""
    return "." in name.rpartition(":")[2]
