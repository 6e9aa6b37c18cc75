"""One question over a socket and its answer: a client takes longer to import than a check takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from libccheck.record import NamedTuple

SECONDS = 2
"""How long one has to wait for the next bytes before it is for somebody with more patience."""

_MOST = 1 << 22
_END = b"\r\n\r\n"


class Answer(NamedTuple):
    """The HTTP status, the headers, their names in lower case, and the body, cut behind 4 MiB."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def answered(connection: Any, request: str, headers: Mapping[str, str]) -> Answer | None:
    """What a connected socket says to "GET /PATH" or "HEAD /PATH"; None for what is no HTTP. Raises OSError."""
    lines = [f"{request} HTTP/1.0", *(f"{name}: {value}" for name, value in headers.items()), "Connection: close"]
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
    answer = bytearray()
    while len(answer) < _MOST and not (request.startswith("HEAD ") and _END in answer):
        more = connection.recv(1 << 16)
        if not more:
            break
        answer += more
    head, _, body = bytes(answer).partition(_END)
    first, *rest = head.decode("latin-1").split("\r\n")
    version, _, status = first.partition(" ")
    if not version.startswith("HTTP/") or not status[:3].isdecimal():
        return None
    found = (each.partition(":") for each in rest)
    return Answer(int(status[:3]), {name.strip().lower(): value.strip() for name, _, value in found}, body)
