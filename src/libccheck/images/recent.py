"""Root archives that were read before, by what the system says of the file: nobody else says what is in it.

Of one that is not compressed only the tree is kept: the archive itself holds the contents.
"""

from __future__ import annotations

import os
import time
from hashlib import sha256
from stat import S_ISREG

from libccheck.images.cache import Cache
from libccheck.images.held import Held
from libccheck.images.layers import Entry, merge
from libccheck.tree import Tree

_SETTLED = 2.0  # seconds: what changes sooner again may not show it


def name_of(path: str) -> str | None:
    """A digest that changes when the file does; None for one that changed just now, and for what is no file."""
    try:
        return _name(os.stat(path))
    except OSError:
        return None  # who opens it will tell


def known(name: str, path: str) -> tuple[Tree, int] | None:
    """The tree in the archive at that path, if it has that name, and the sum of its file sizes in bytes."""
    cache = Cache.of_user()
    if cache is None:
        return None
    packed = cache.tree([name])
    if packed is not None:
        return packed
    try:
        with open(path, "rb", buffering=0) as file:
            return cache.root(name, Held.of_file(file.fileno())) if _name(os.fstat(file.fileno())) == name else None
    except (OSError, ValueError):
        return None  # as above


def keep(name: str, entries: list[Entry], tree: Tree, *, in_place: bool) -> None:
    """Keep what is in an archive of that name; in_place: whether the contents stay in it."""
    cache = Cache.of_user()
    if cache is None:
        return
    if in_place:
        cache.keep_root(name, tree)
        return
    cache.add(name, entries, 0)
    kept = cache.layer(name, None)
    if kept is not None:
        cache.keep([name], merge([kept], whiteouts=False))


def _name(found: os.stat_result) -> str | None:
    if not S_ISREG(found.st_mode) or time.time() - found.st_ctime < _SETTLED:
        return None
    facts = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return sha256(f"root archive {facts}".encode()).hexdigest()
