"""Where the engines of a user listen, and what one says at a local socket at once."""

from __future__ import annotations

import os

from libccheck.errors import LibccheckError
from libccheck.images.contexts import Endpoint, endpoint
from libccheck.images.raw_http import SECONDS, Answer, answered

_UNIX = "unix://"


def holds(name: str) -> bool:
    """Whether a Docker engine at a local socket answers and holds the image; quick, and False for all else."""
    answer = asked("docker", name, "json")
    return answer is not None and answer.status == 200


def held_names(kind: str) -> list[str]:
    """The names that the images of an engine have; none where nobody answers at a local socket, or nothing useful."""
    import json

    answer = _got(kind, "/images/json")
    try:
        held = json.loads(answer.body) if answer is not None and answer.status == 200 else []
        return [name for each in held for name in each.get("RepoTags") or () if "<none>" not in name]
    except (ValueError, TypeError, AttributeError, RecursionError):
        return []


def asked(kind: str, name: str, what: str) -> Answer | None:
    """What the engine says to `GET /images/NAME/WHAT`; None where it has no local socket or is not quick to answer."""
    return _got(kind, f"/images/{_quoted(name)}/{what}")


def _got(kind: str, question: str) -> Answer | None:
    path = _local_socket(kind)
    if path is None or not os.path.exists(path):
        return None
    import socket

    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(SECONDS)
            connection.connect(path)
            return answered(connection, f"GET {question}", {"Host": kind})
    except OSError:
        return None


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
