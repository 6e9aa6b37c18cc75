"""Base images to try a program on: what a catalog holds for a platform, the smallest first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from libccheck.images.catalog import Catalog, paths
from libccheck.images.opening import Opening
from libccheck.model import Base, Outline


def bases(platform: str, catalogs: Sequence[str] = ()) -> list[Base]:
    """None of them is opened yet.

    Current is what a name without a release leads to (latest, stable, 1-musl), or an entry of such a name; of a catalog
    without floating names, all entries are. One that only floats, as edge does, is nobody's advice.
    """
    found = {}
    for path in reversed(paths(catalogs)):
        catalog = Catalog(path)
        newest = {alias.target for alias in catalog.aliases() if alias.floating and not _is_release(alias.name)}
        outlines = partial(_outline, catalog, platform, {})
        for entry in catalog.entries():
            if entry.platform == platform and (not entry.floating or entry.name.endswith(":latest")):
                current = entry.name in newest or not newest or entry.name.endswith(":latest")
                opened = partial(catalog.image, entry, entry.name)
                libc = entry.libc, entry.libc_version
                found[entry.name] = Base(
                    entry.name, platform, entry.size, *libc, current, opened, partial(outlines, entry.name)
                )
    return sorted(found.values(), key=lambda each: (each.size or 0, each.name))


def base_images(platform: str, *, catalogs: Sequence[str] = (), older: bool = False) -> list[Base]:
    """`scratch`, and what the catalogs hold: the newest of each line, or all; for `recommend`.

    platform: in Docker's form, as "linux/amd64". Raises LibccheckError where a catalog cannot be read.
    """
    from libccheck.images.outlines import outline_of
    from libccheck.images.scratch import open_scratch

    nothing = open_scratch("", "scratch", Opening(platform))
    scratch = Base("scratch", platform, 0, "", "", True, lambda: nothing, partial(outline_of, nothing))
    return [scratch, *(each for each in bases(platform, catalogs) if older or each.current)]


def _outline(catalog: Catalog, platform: str, known: dict[str, dict[str, Outline]], name: str) -> Outline | None:
    """That of one entry; all are read with the first."""
    if platform not in known:
        known[platform] = catalog.outlines(platform)
    return known[platform].get(name)


def _is_release(name: str) -> bool:
    """Whether the tag names a release: `1.37-musl` does, `1-musl` and `latest` do not."""
    return "." in name.rpartition(":")[2]
