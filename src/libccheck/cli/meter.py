"""How far the reading of an image is, on standard error, where that is a terminal."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator

from libccheck.images.opening import Progress

_EVERY = 0.1  # seconds
_PATIENCE = 0.3
_ERASE = "\r\x1b[K"
_MEBI = 1 << 20


@contextlib.contextmanager
def meter(reference: str) -> Iterator[Progress | None]:
    """Gives what is to be called with each step; the line is gone when the image is there."""
    if not sys.stderr.isatty():
        yield None
        return
    line = _Line(reference)
    try:
        yield line.show
    finally:
        line.erase()


class _Line:
    """Several layers may be read side by side, each of which says how far it is."""

    def __init__(self, reference: str) -> None:
        from threading import Lock

        self._reference = reference
        self._begin = self._shown = time.monotonic()
        self._done: dict[str, int] = {}
        self._is_there = False
        self._lock = Lock()

    def show(self, what: str, done: int, total: int | None) -> None:
        with self._lock:
            self._done[what] = done
            now = time.monotonic()
            if now - self._begin < _PATIENCE or now - self._shown < _EVERY:
                return
            self._shown = now
            rate = sum(self._done.values()) / (now - self._begin) / _MEBI
            of = f" of {total / _MEBI:.0f}" if total else ""
            text = f"{self._reference}  {what}  {done / _MEBI:.0f}{of} MiB  {rate:.0f} MiB/s"
            self._is_there = True
            sys.stderr.write(_ERASE + text[: _columns() - 1])
            sys.stderr.flush()

    def erase(self) -> None:
        if self._is_there:
            sys.stderr.write(_ERASE)
            sys.stderr.flush()


def _columns() -> int:
    from shutil import get_terminal_size

    return get_terminal_size().columns
