"""What a container writes while it runs, as much of it as matters."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

_MOST = 1 << 20
_SECONDS_AFTER_THE_END = 5


class Listening:
    """Listens from now on, to `stream` of pairs (stdout, stderr); who writes more than a mebibyte has to wait."""

    def __init__(self, stream: Iterator[tuple[bytes | None, bytes | None]]) -> None:
        self._stream = stream
        self._heard = (bytearray(), bytearray())
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def heard(self) -> tuple[bytes, bytes]:
        """Standard output and standard error, once the container has ended."""
        self._thread.join(_SECONDS_AFTER_THE_END)
        stdout, stderr = self._heard
        return bytes(stdout), bytes(stderr)

    def _listen(self) -> None:
        try:
            for pair in self._stream:
                for into, piece in zip(self._heard, pair, strict=True):
                    into += piece or b""
                if max(map(len, self._heard)) > _MOST:
                    return
        except Exception:  # the engine went away: what was heard is what there is
            return
