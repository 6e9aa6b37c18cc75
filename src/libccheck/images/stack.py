"""The layers of one image to its tree: read side by side, each checked against its diff-id, the cache asked first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from typing import Any, Protocol

from libccheck.errors import LibccheckError
from libccheck.images.cache import Cache
from libccheck.images.entries import entries_of
from libccheck.images.held import Held
from libccheck.images.inflate import CutOffError, Filed, Stream, compression, inflated
from libccheck.images.layers import Entry, merge, size
from libccheck.images.opening import Opening, Progress
from libccheck.record import NamedTuple
from libccheck.tree import Tree

_SHA256 = "sha256:"
_MOST_THREADS = 4  # inflating lets others run, what Python does with it does not
_PIECE = 1 << 20
_AGAIN = "fetch or make it again"


class Layered(Protocol):
    """What is asked of a layer: `packed.Blob` has it."""

    @property
    def size(self) -> int: ...
    @property
    def diff_id(self) -> str: ...
    @property
    def data(self) -> Callable[[], Held]: ...


def stacked(layers: Sequence[Layered], how: Opening) -> tuple[Tree, int]:
    """The tree that these layers make, lowest first, and the sum of its file sizes in bytes."""
    ids = [each.diff_id for each in layers]
    cache = Cache.of_user() if how.cached and ids and all(map(_is_digest, ids)) else None
    if cache is None:
        tree = merge(_each(layers, how, _entries))
        return tree, size(tree)
    known = cache.tree(ids)
    if known is not None:
        return known
    try:
        return cache.keep(ids, merge(_each(layers, how, partial(_cached, cache))))
    except _ClearedError:
        tree = merge(_each(layers, how, _entries))
        return tree, size(tree)


class _ClearedError(Exception):
    """Somebody cleared the cache while an image was read."""


class _Work:
    """What is done side by side, until it is over: who writes to the cache then, ends that; nobody begins any more."""

    def __init__(self) -> None:
        from threading import Condition

        self.is_over = False
        self._writers = 0
        self._changed = Condition()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Half a file is not to be left, so this is waited for."""
        with self._changed:
            if self.is_over:
                raise LibccheckError("a layer is not wanted any more")
            self._writers += 1
        try:
            yield
        finally:
            with self._changed:
                self._writers -= 1
                self._changed.notify_all()

    def end(self) -> None:
        """Who waits for a network is not waited for: what it holds has no name, and what it gets is dropped."""
        with self._changed:
            self.is_over = True
            while self._writers:
                self._changed.wait()


class _Turn(NamedTuple):
    """Which layer of how many it is, who is told how far it is, and of which work it is a part."""

    number: int
    layers: int
    progress: Progress | None
    work: _Work

    @property
    def name(self) -> str:
        return f"layer {self.number + 1} of {self.layers}"


def _each(layers: Sequence[Layered], how: Opening, read: Callable[[Layered, _Turn], list[Entry]]) -> list[list[Entry]]:
    from concurrent.futures import ThreadPoolExecutor

    work = _Work()
    turns = [_Turn(number, len(layers), how.progress, work) for number in range(len(layers))]
    if len(layers) < 2:
        return list(map(read, layers, turns))
    pool = ThreadPoolExecutor(min(len(layers), os.cpu_count() or 1, _MOST_THREADS))
    try:
        return list(pool.map(read, layers, turns))
    finally:
        work.end()
        pool.shutdown(wait=False, cancel_futures=True)


def _cached(cache: Cache, layer: Layered, turn: _Turn) -> list[Entry]:
    """The entries of a layer as the cache has them, which it is given first where it has not."""
    known = cache.layer(layer.diff_id, turn.number)
    if known is None:
        entries, unpacked = _read(layer, layer.data(), turn)
        with turn.work.writing():
            cache.add(layer.diff_id, entries, unpacked)
        known = cache.layer(layer.diff_id, turn.number)
    if known is None:
        raise _ClearedError
    return known


def _entries(layer: Layered, turn: _Turn) -> list[Entry]:
    """The entries of a layer that is not kept: of one that is not compressed nothing is read before somebody asks."""
    data = layer.data()
    if compression(data.read(0, 8)) is not None:
        return _read(layer, data, turn)[0]
    with _told(turn):
        entries = entries_of(lambda: Filed(data), turn.number)
        if _is_digest(layer.diff_id):
            seen = _Seen(_pieces(data, turn))
            _verify(layer, seen, turn)
        return entries


def _read(layer: Layered, data: Held, turn: _Turn) -> tuple[list[Entry], int]:
    """The entries of a layer, which is what its diff-id says, in one pass, and how many bytes it has unpacked."""
    method = compression(data.read(0, 8))
    seen = _Seen(iter(()))

    def source() -> Stream:
        nonlocal seen
        file: Any = _Reading(data, turn)
        seen = _Seen(_pieces(data, turn) if method is None else inflated(file, method, turn.name))
        return Stream(seen.chunks)

    with _told(turn):
        entries = entries_of(source, turn.number)
        if _is_digest(layer.diff_id):
            _verify(layer, seen, turn)
        return entries, seen.size


def _verify(layer: Layered, seen: _Seen, turn: _Turn) -> None:
    if layer.diff_id != seen.digest():
        raise LibccheckError(f"{turn.name} has another content than its config says", hint=_AGAIN)


@contextmanager
def _told(turn: _Turn) -> Iterator[None]:
    """What goes wrong is told with the layer's name."""
    try:
        yield
    except CutOffError:
        raise LibccheckError(f"{turn.name} is cut off", hint=_AGAIN) from None
    except LibccheckError as error:
        message = error.message if turn.name in error.message else f"{turn.name}: {error.message}"
        raise LibccheckError(message, hint=error.hint or _AGAIN) from error


class _Seen:
    """Chunks that pass by, their digest, and their size in bytes."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._sum = sha256()
        self.size = 0
        self.chunks = self._watched(chunks)

    def digest(self) -> str:
        """That of all chunks, those after the archive's end included."""
        for _ in self.chunks:
            pass
        return _SHA256 + self._sum.hexdigest()

    def _watched(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._sum.update(chunk)
            self.size += len(chunk)
            yield chunk


def _pieces(data: Held, turn: _Turn) -> Iterator[bytes]:
    file = _Reading(data, turn)
    return iter(lambda: file.read(_PIECE), b"")


class _Reading:
    """A layer as a file that is read forwards, as long as it is wanted."""

    def __init__(self, data: Held, turn: _Turn) -> None:
        self._data = data
        self._at = 0
        self._turn = turn

    def read(self, count: int) -> bytes:
        if self._turn.work.is_over:
            raise LibccheckError(f"{self._turn.name} is not wanted any more")
        part = self._data.read(self._at, count)
        self._at += len(part)
        if self._turn.progress is not None:
            self._turn.progress(self._turn.name, self._at, len(self._data))
        return part


def _is_digest(text: str) -> bool:
    value = text.removeprefix(_SHA256)
    return value != text and len(value) == 64 and not value.strip("0123456789abcdef")
