"""Writing a store: equal blobs once, similar ones against each other, the file replaced in one step."""

from __future__ import annotations

import os
import zlib
from hashlib import sha256
from struct import pack
from threading import get_ident

from libccheck.errors import LibccheckError
from libccheck.images.store import BASED, CHUNK, DEFLATED, HEADER, MAGIC, STORED, WINDOW, Store

_TRIED = 4  # of the first and of the last blobs of a kin
_DEEPEST = 2  # dictionaries that have a dictionary themselves, and so on
_WORTH = 0.9
_FASTEST, _SMALLEST = 1, 9
_MOST_NAMES = 1 << 24


class Storing:
    """Blobs and names on their way into a file, which may begin as the copy of another one.

    quick: deflated as fast as can be and each for itself, for a file that is read by the same machine soon.
    """

    def __init__(self, known: Store | None = None, *, quick: bool = False) -> None:
        self._quick = quick
        self.blobs: list[bytes] = [known.raw(number) for number in range(len(known))] if known else []
        self._chunks = list(known.chunks) if known else []
        self._names: dict[str, int] = {}
        if known:
            for name in known.names(_all_names(known)):
                self._names[name] = len(self._names)
        self._saved = len(self._names)
        self._by_content = {sha256(raw).digest(): number for number, raw in enumerate(self.blobs)}
        self._by_data: dict[bytes, int] = {}
        self._kin: dict[str, list[tuple[int, bytes, int]]] = {}

    def add(self, data: bytes, kin: str) -> int:
        digest = sha256(data).digest()
        number = self._by_data.get(digest)
        if number is None:
            raw, depth = self._smallest(data, kin)
            number = self._by_data[digest] = self._number(raw)
            if depth < _DEEPEST and not self._quick:
                self._kin.setdefault(kin, []).append((number, data, depth))
        return number

    def name(self, name: str) -> int:
        number = self._names.setdefault(name, len(self._names))
        if number >= _MOST_NAMES:
            raise LibccheckError(f"more than {_MOST_NAMES} names of symbols")
        return number

    def write(self, path: str, index: str) -> None:
        """The whole file, in place of the one that is there."""
        self._save_names()
        starts, at = [], HEADER.size
        for blob in self.blobs:
            starts.append(at)
            at += len(blob)
        starts.append(at)
        packed = _deflated(index.encode("utf-8", "surrogateescape"))
        header = HEADER.pack(MAGIC, at, len(self.blobs), len(self._chunks), len(packed))
        beside = f"{path}.{os.getpid()}.{get_ident()}"
        try:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            try:
                with open(beside, "xb") as file:
                    file.write(header)
                    file.writelines(self.blobs)
                    file.write(pack(f"<{len(starts)}I", *starts) + pack(f"<{len(self._chunks)}I", *self._chunks))
                    file.write(packed)
                os.replace(beside, path)
            except BaseException:
                _remove(beside)
                raise
        except OSError as error:
            raise LibccheckError(f"cannot write {path}: {error.strerror}", subject=path) from error

    def _number(self, raw: bytes) -> int:
        number = self._by_content.setdefault(sha256(raw).digest(), len(self.blobs))
        if number == len(self.blobs):
            self.blobs.append(raw)
        return number

    def _smallest(self, data: bytes, kin: str) -> tuple[bytes, int]:
        """The blob as it will stand in the file, and how many others it takes to read it."""
        best = _deflated(data, level=_FASTEST if self._quick else _SMALLEST)
        if len(best) >= len(data):
            return bytes((STORED,)) + data, 0
        best, depth, limit = bytes((DEFLATED,)) + best, 0, len(best) * _WORTH
        relatives = [] if self._quick else self._kin.get(kin, [])
        for number, base, below in relatives[:_TRIED] + relatives[_TRIED:][-_TRIED:]:
            raw = bytes((BASED,)) + number.to_bytes(4, "little") + _deflated(data, base[-WINDOW:])
            if len(raw) < min(limit, len(best)):
                best, depth = raw, below + 1
        return best, depth

    def _save_names(self) -> None:
        """The names that are new, in chunks; one that was not full is written again in its place."""
        names = list(self._names)
        for start in range(self._saved // CHUNK * CHUNK, len(names), CHUNK):
            data = "\0".join(names[start : start + CHUNK]).encode("utf-8", "surrogateescape")
            raw = bytes((DEFLATED,)) + _deflated(data)
            if start // CHUNK < len(self._chunks):
                self.blobs[self._chunks[start // CHUNK]] = raw
            else:
                self._chunks.append(len(self.blobs))
                self.blobs.append(raw)
        self._saved = len(names)


def _all_names(store: Store) -> range:
    count = len(store.chunks)
    last = len(store.blob(store.chunks[-1]).split(b"\0")) if count else 0
    return range(CHUNK * (count - 1) + last if count else 0)


def _deflated(data: bytes, base: bytes | None = None, level: int = _SMALLEST) -> bytes:
    if base is None:
        deflate = zlib.compressobj(level, zlib.DEFLATED, -15, 9)
    else:
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, base)
    return deflate.compress(data) + deflate.flush()


def _remove(path: str) -> None:
    try:
        os.remove(path)
    except OSError:
        return
