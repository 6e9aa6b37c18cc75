"""Compressed root archives that were read before, by what the system says of the file: nobody else says what is in it.

An archive that is not compressed is read faster than it is kept.
"""

from __future__ import annotations

import os
import time
from hashlib import sha256

from libccheck.images.cache import Cache
from libccheck.images.inflate import compression
from libccheck.images.layers import Entry, merge
from libccheck.tree import Tree

_SETTLED = 2.0  # seconds: what changes sooner again may not show it


def name_of(path: str) -> str | None:
    """A digest that changes when the file does; None for one that changed just now, or is not compressed."""
    try:
        with open(path, "rb", buffering=0) as file:
            found = os.fstat(file.fileno())
            if compression(file.read(8)) is None or time.time() - found.st_ctime < _SETTLED:
                return None
    except OSError:
        return None  # who opens it will tell
    facts = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return sha256(f"root archive {facts}".encode()).hexdigest()


def known(name: str) -> tuple[Tree, int] | None:
    """The tree in the archive of that name, and the sum of its file sizes in bytes."""
    cache = Cache.of_user()
    return None if cache is None else cache.tree([name])


def keep(name: str, entries: list[Entry]) -> None:
    cache = Cache.of_user()
    if cache is None:
        return
    cache.add(name, entries, 0)
    kept = cache.layer(name, None)
    if kept is not None:
        cache.keep([name], merge([kept], whiteouts=False))
