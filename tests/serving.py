"""A server of the tests' own, which answers in a thread for as long as it is entered."""

from __future__ import annotations

import threading
from socketserver import BaseServer
from types import TracebackType
from typing import TypeVar

_Self = TypeVar("_Self", bound="Serving")


class Serving:
    """A context manager; the socket is there before it is entered, and gone afterwards."""

    def __init__(self, server: BaseServer) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self: _Self) -> _Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
