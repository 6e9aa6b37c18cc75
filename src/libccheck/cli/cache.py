"""`libccheck cache`: what is kept of images that were read."""

from __future__ import annotations

import click

from libccheck.cli.output import emit


@click.group()
def cache() -> None:
    """Show or clear what is kept of images that were read.

    Of each layer the structure and what a launch looks at stay in the user's cache directory, so that the next check of
    an image need not read it again. --no-cache does without.
    """


@cache.command()
def info() -> int:
    """Where the cache is, and how much is in it."""
    from libccheck.formats.card import bytes_in_words as size
    from libccheck.images.cache.place import LIMIT, place

    where = place()
    files = where.files()
    layers = sum(each.path.endswith(".layer") for each in files)
    images = sum(each.path.endswith((".tree", ".root")) for each in files)
    total = sum(each.size for each in files)
    emit(
        f"directory  {where.directory}\n"
        f"layers     {layers}\n"
        f"images     {images}\n"
        f"size       {size(total)} of at most {size(LIMIT)}\n"
    )
    return 0


@cache.command()
def clear() -> int:
    """Remove all of it."""
    from libccheck.formats.card import bytes_in_words as size
    from libccheck.images.cache.place import place

    gone = place().clear()
    emit(f"removed {len(gone)} files, {size(sum(each.size for each in gone))}\n")
    return 0
