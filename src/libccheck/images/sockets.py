"""Where the engines of a user listen, and what one says at a local socket at once."""

from __future__ import annotations

import os

from libccheck.errors import LibccheckError
from libccheck.images.contexts import Endpoint, endpoint
from libccheck.record import NamedTuple

_UNIX = "unix://"
_SECONDS = 2
_MOST = 1 << 22


class Answer(NamedTuple):
    """The HTTP status and the body."""

    status: int
    body: bytes


def holds(name: str) -> bool:
    """Whether a Docker engine at a local socket answers and holds the image; quick, and False for all else."""
    answer = asked("docker", name, "json")
    return answer is not None and answer.status == 200


def asked(kind: str, name: str, what: str) -> Answer | None:
    """What the engine says to `GET /images/NAME/WHAT`; None where it has no local socket or is not quick to answer.

    It speaks to the socket itself: a client takes longer to import than a check takes.
    """
    path = _local_socket(kind)
    if path is None or not os.path.exists(path):
        return None
    import socket

    request = f"GET /images/{_quoted(name)}/{what} HTTP/1.0\r\nHost: {kind}\r\n\r\n"
    answer = bytearray()
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_SECONDS)
            connection.connect(path)
            connection.sendall(request.encode())
            while len(answer) < _MOST and (more := connection.recv(1 << 16)):
                answer += more
    except OSError:
        return None
    head, _, body = bytes(answer).partition(b"\r\n\r\n")
    status = head.split(b" ")[1:2]
    return Answer(int(status[0]), body) if status and status[0].isdigit() else None


def address(kind: str) -> Endpoint:
    """Where the engine listens; for podman CONTAINER_HOST, else the user's own socket, else root's."""
    if kind == "docker":
        return endpoint()
    own = f"{os.environ.get('XDG_RUNTIME_DIR', '')}/podman/podman.sock"
    path = own if os.path.exists(own) else "/run/podman/podman.sock"
    return Endpoint(os.environ.get("CONTAINER_HOST") or f"{_UNIX}{path}")


def _local_socket(kind: str) -> str | None:
    """The path of the engine's socket, where it is a local one."""
    try:
        host = address(kind).host
    except LibccheckError:
        return None
    return host.removeprefix(_UNIX) if host.startswith(_UNIX) else None


def _quoted(name: str) -> str:
    """A name as part of a request line: references have no other characters than these."""
    return "".join(
        each if each.isalnum() or each in "/:._-@" else f"%{ord(each):02X}" for each in name if ord(each) < 128
    )
