"""Which engine a user means: DOCKER_HOST, contexts, podman's sockets; and what it says at a local socket at once."""

from __future__ import annotations

import os
from typing import Any

from libccheck.errors import LibccheckError
from libccheck.record import NamedTuple

_DOCKER = "/var/run/docker.sock"
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


def address(kind: str) -> tuple[str, Any]:
    """Where the engine listens, and the TLS settings of its context: a docker.tls.TLSConfig or False."""
    if kind == "podman":
        own = f"{os.environ.get('XDG_RUNTIME_DIR', '')}/podman/podman.sock"
        path = own if os.path.exists(own) else "/run/podman/podman.sock"
        return os.environ.get("CONTAINER_HOST") or f"unix://{path}", False
    if os.environ.get("DOCKER_HOST"):
        return os.environ["DOCKER_HOST"], False
    name = _context()
    if name in ("", "default"):
        return f"unix://{_DOCKER}", False
    from docker.context import ContextAPI

    context = ContextAPI.get_context(name)
    if context is None:
        raise LibccheckError(f"there is no Docker context called {name}", hint="docker context ls lists them")
    return str(context.Host), context.TLSConfig or False


def _local_socket(kind: str) -> str | None:
    """The path of the engine's socket, where it is a local one."""
    host = address(kind)[0] if kind == "podman" else os.environ.get("DOCKER_HOST")
    if host:
        return host.removeprefix(_UNIX) if host.startswith(_UNIX) else None
    return _DOCKER if _context() in ("", "default") else None


def _context() -> str:
    """The name of the current context, as the docker command chooses it."""
    if os.environ.get("DOCKER_CONTEXT"):
        return os.environ["DOCKER_CONTEXT"]
    folder = os.environ.get("DOCKER_CONFIG") or os.path.join(os.path.expanduser("~"), ".docker")
    try:
        with open(os.path.join(folder, "config.json"), "rb") as file:
            text = file.read()
    except OSError:
        return ""
    import json

    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    name = data.get("currentContext") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""


def _quoted(name: str) -> str:
    """A name as part of a request line: references have no other characters than these."""
    return "".join(
        each if each.isalnum() or each in "/:._-@" else f"%{ord(each):02X}" for each in name if ord(each) < 128
    )
