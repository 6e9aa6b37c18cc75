"""Looking a symbol up by DT_GNU_HASH, as the loaders do: `elf/dl-lookup.c`, `ldso/dynlink.c`, `ldso/ldso/dl-hash.c`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from struct import Struct
from typing import Any

from libccheck.elf.dynamic import Dynamic, Image

_DT_GNU_HASH = 0x6FFFFEF5

# A bound that no real file comes near: in one that lies all chains may be as long as the file. A linker's have a few
# links; each look-up gives back more than that, since a library that is kept is asked without end.
_MOST_LINKS, _GIVEN_BACK = 1 << 21, 64


@lru_cache(1 << 12)
def gnu_hash(name: bytes) -> int:
    """dl_new_hash(); kept, since a name is sought in one library after the other."""
    value = 5381
    for byte in name:
        value = value * 33 + byte & 0xFFFFFFFF
    return value


def gnu_slices(image: Image, dynamic: Dynamic, end: int) -> tuple[int, Any, Any] | None:
    """Where the chains begin, as a symbol index; the bytes of the buckets and of the chains; None without a table.

    end: one more than the highest symbol index.
    """
    at = dynamic.offset(_DT_GNU_HASH)
    header = None if at is None else image.unpack(image.struct("note"), at)
    if at is None or header is None:
        return None
    buckets, first, bloom = header
    start = at + 16 + bloom * (image.bits // 8)
    chains = start + 4 * buckets
    return first, image.slice(start, chains), image.slice(chains, chains + 4 * max(end - first, 0))


def by_gnu_hash(
    image: Image, dynamic: Dynamic, end: int, is_named: Callable[[int, bytes], bool]
) -> Callable[[str], list[int]] | None:
    """A function from a name to the indexes that its chain leads to, in table order; None where there is no table.

    is_named: whether the symbol of that index has that name. A name that was changed in place is found no longer.
    """
    slices = gnu_slices(image, dynamic, end)
    if slices is None:
        return None
    first, buckets, chains = slices
    word = Struct("<I" if image.little_endian else ">I")
    size = len(buckets) // 4
    links = len(chains) // 4
    budget = _MOST_LINKS

    def find(name: str) -> list[int]:
        nonlocal budget
        budget = min(budget + _GIVEN_BACK, _MOST_LINKS)
        raw = name.encode("utf-8", "surrogateescape")
        value = gnu_hash(raw)
        found: list[int] = []
        at = word.unpack_from(buckets, value % size * 4)[0] - first if size else -1
        while 0 <= at < links and budget > 0:
            budget -= 1
            (linked,) = word.unpack_from(chains, at * 4)
            if linked | 1 == value | 1 and is_named(first + at, raw):
                found.append(first + at)
            if linked & 1:
                break
            at += 1
        return found

    return find
