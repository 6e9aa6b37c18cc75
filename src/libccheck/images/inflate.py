"""Compressed files as one bounded stream of bytes that is read forwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, BinaryIO

from libccheck.errors import LibccheckError
from libccheck.images.held import Held

_INPUT = 1 << 18
_OUTPUT = 1 << 20
_PADDING = 64  # chunks after the end of an archive
_FREE = 1 << 30  # up to here any ratio will do
_RATIO = 250  # beyond, no real layer compresses this well

_MAGICS = (
    (b"\x1f\x8b", "gzip"),
    (b"\xfd7zXZ\0", "xz"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x5d\0\0", "lzma"),
)


class CutOffError(Exception):
    """The data ends before it should."""


def compression(head: bytes) -> str | None:
    """How a file that begins with `head` is compressed; None where it is not, or nobody knows."""
    if head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5:
        return "zstd"  # a skippable frame
    return next((name for magic, name in _MAGICS if head.startswith(magic)), None)


class Mapped:
    """Bytes that are all at hand, read forwards in place."""

    __slots__ = ("position", "view")

    def __init__(self, view: memoryview) -> None:
        self.view = view
        self.position = 0

    def take(self, count: int) -> memoryview:
        """The next `count` bytes; raises CutOffError where there are fewer."""
        end = self.position + count
        if end > len(self.view):
            raise CutOffError
        part = self.view[self.position : end]
        self.position = end
        return part

    def some(self, count: int) -> memoryview:
        """The next bytes, `count` or what is left."""
        return self.take(min(count, len(self.view) - self.position))

    def skip(self, count: int) -> None:
        if self.position + count > len(self.view):
            raise CutOffError
        self.position += count

    def finish(self) -> None:
        """Look at what follows the archive, as far as it could tell of damage."""


class Filed(Mapped):
    """The same over a file: what passes by is copied, only what is looked at through `view` is mapped."""

    __slots__ = ("held",)

    def __init__(self, held: Held) -> None:
        super().__init__(held.view)
        self.held = held

    def take(self, count: int) -> memoryview:
        taken = self.held.read(self.position, count)
        if len(taken) < count:
            raise CutOffError
        self.position += count
        return memoryview(taken)


class Stream:
    """The same over chunks that arrive one after the other; what was read is gone."""

    __slots__ = ("_at", "_chunk", "_chunks", "position")

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._chunk = b""
        self._at = 0
        self.position = 0

    def take(self, count: int) -> memoryview:
        taken = self.some(count)
        if len(taken) < count:
            raise CutOffError
        return taken

    def some(self, count: int) -> memoryview:
        end = self._at + count
        if end <= len(self._chunk):
            taken = memoryview(self._chunk)[self._at : end]
            self._at = end
        else:
            pieces = bytearray(memoryview(self._chunk)[self._at :])
            self._chunk, self._at = b"", 0
            while len(pieces) < count and self._next():
                self._at = min(count - len(pieces), len(self._chunk))
                pieces += memoryview(self._chunk)[: self._at]
            taken = memoryview(pieces)
        self.position += len(taken)
        return taken

    def skip(self, count: int) -> None:
        self.position += count
        while self._at + count > len(self._chunk):
            count -= len(self._chunk) - self._at
            if not self._next():
                raise CutOffError
        self._at += count

    def finish(self) -> None:
        for chunk, _ in zip(self._chunks, range(_PADDING), strict=False):
            self.position += len(chunk)

    def _next(self) -> bool:
        self._chunk, self._at = next(self._chunks, b""), 0
        return bool(self._chunk)


def inflated(file: BinaryIO, method: str, subject: str) -> Iterator[bytes]:
    """What a compressed file holds, in chunks of about a mebibyte; raises CutOffError, or LibccheckError for damage."""
    read = produced = 0

    def source() -> bytes:
        nonlocal read
        data = file.read(_INPUT)
        read += len(data)
        return data

    try:
        for chunk in _CHUNKS[method](source):
            produced += len(chunk)
            if produced > _FREE and produced > read * _RATIO:
                raise LibccheckError(
                    f"{subject} unpacks to more than {_RATIO} times its size", hint="no real file system compresses so"
                )
            yield chunk
    except (CutOffError, LibccheckError, TypeError, AttributeError):
        raise
    except EOFError:
        raise CutOffError from None
    except Exception as error:  # each library has its own exceptions, and naming them would import it
        raise LibccheckError(f"{subject} is damaged: {str(error) or method}", hint="fetch or make it again") from error


def _gzip(source: Callable[[], bytes]) -> Iterator[bytes]:
    library = _zlib()
    return _decoded(source, lambda: library.decompressobj(wbits=31), b"\x1f\x8b")


def _zlib() -> Any:
    try:
        return import_module("isal.isal_zlib")
    except ImportError:
        return import_module("zlib")


def _bzip2(source: Callable[[], bytes]) -> Iterator[bytes]:
    from bz2 import BZ2Decompressor

    return _decoded(source, BZ2Decompressor, b"BZh")


def _xz(source: Callable[[], bytes]) -> Iterator[bytes]:
    from lzma import LZMADecompressor

    return _decoded(source, lambda: LZMADecompressor(memlimit=1 << 30), b"\xfd7zXZ")


def _zstd(source: Callable[[], bytes]) -> Iterator[bytes]:
    try:
        from zstandard import ZstdDecompressor
    except ImportError:
        raise LibccheckError(
            "this archive is compressed with zstd, which needs the package zstandard",
            hint="pip install 'libccheck[zstd]', or unpack it first: zstd -d",
        ) from None
    file: Any = _Source(source)
    reader = ZstdDecompressor(max_window_size=1 << 27).stream_reader(file, read_across_frames=True)
    while chunk := reader.read(_OUTPUT):
        yield chunk


class _Source:
    """What stream_reader asks of a file."""

    def __init__(self, source: Callable[[], bytes]) -> None:
        self._source = source

    def read(self, _: int = -1) -> bytes:
        return self._source()


def _decoded(source: Callable[[], bytes], make: Callable[[], Any], magic: bytes) -> Iterator[bytes]:
    """Members of one file after the other; zeros after the last are padding, as gzip and xz take them."""
    decoder, data = make(), source()
    while True:
        if decoder.eof:
            data = decoder.unused_data.lstrip(b"\0") or source().lstrip(b"\0")
            while len(data) < len(magic) and (more := source()):
                data += more
            if not data.startswith(magic):
                return
            decoder = make()
        chunk = decoder.decompress(data, _OUTPUT)
        if chunk:
            yield chunk
        if len(chunk) == _OUTPUT:
            data = getattr(decoder, "unconsumed_tail", b"")  # and what the decoder still holds
        elif not decoder.eof:
            data = source()
            if not data:
                raise EOFError


_CHUNKS: dict[str, Callable[[Callable[[], bytes]], Iterator[bytes]]] = {
    "gzip": _gzip,
    "xz": _xz,
    "lzma": _xz,
    "bzip2": _bzip2,
    "zstd": _zstd,
}
