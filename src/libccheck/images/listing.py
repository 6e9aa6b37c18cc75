"""What a compressed archive of images holds, as far as it can be told without unpacking it again.

That is every name and size, and the JSON: manifests and configs say which layers there are, and those are in the cache.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from threading import Lock

from libccheck.images.cache import Cache
from libccheck.images.held import Held
from libccheck.record import NamedTuple

_MAX_TEXT = 1 << 22
_MAX_TEXTS = 1 << 24


class Listing(NamedTuple):
    """sizes: of all files, in bytes; texts: of those that are JSON."""

    sizes: Mapping[str, int]
    texts: Mapping[str, str]


class Listed(Mapping[str, Held]):
    """The files of an archive that was read before; it is unpacked where one is asked for that is no text."""

    def __init__(self, listing: Listing, unpack: Callable[[], Mapping[str, Held]]) -> None:
        self._listing = listing
        self._unpack = unpack
        self._unpacked: Mapping[str, Held] | None = None
        self._lock = Lock()

    def __getitem__(self, name: str) -> Held:
        text = self._listing.texts.get(name)
        if text is not None:
            return Held(memoryview(text.encode()))
        if name not in self._listing.sizes:
            raise KeyError(name)
        with self._lock:  # layers are asked for side by side
            if self._unpacked is None:
                self._unpacked = self._unpack()
        return self._unpacked[name]

    def __contains__(self, name: object) -> bool:
        return name in self._listing.sizes

    def __iter__(self) -> Iterator[str]:
        return iter(self._listing.sizes)

    def __len__(self) -> int:
        return len(self._listing.sizes)


def known(name: str) -> Listing | None:
    """That of the archive that `recent` gives this name."""
    cache = Cache.of_user()
    text = None if cache is None else cache.document(name)
    if text is None:
        return None
    try:
        found = json.loads(text)
        sizes, texts = found["sizes"], found["texts"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return None
    sound = _all(sizes, int) and _all(texts, str) and sizes.keys() >= texts.keys()
    return Listing(sizes, texts) if sound else None


def keep(name: str, files: Mapping[str, Held]) -> None:
    """Note what is in the archive of that name."""
    cache = Cache.of_user()
    if cache is None:
        return
    texts: dict[str, str] = {}
    left = _MAX_TEXTS
    for each, held in files.items():
        if len(held) <= min(left, _MAX_TEXT) and held.read(0, 1) in (b"{", b"["):
            try:
                texts[each] = bytes(held).decode()
            except UnicodeDecodeError:
                continue
            left -= len(held)
    cache.add_document(name, json.dumps({"sizes": {each: len(held) for each, held in files.items()}, "texts": texts}))


def _all(found: object, kind: type) -> bool:
    return isinstance(found, dict) and all(isinstance(each, kind) for each in found.values())
