"""`docker:` and `podman:`: images that a local engine holds, read through its API; nothing is created or started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO, Any

from libccheck.errors import LibccheckError
from libccheck.images.opening import USUAL, Opening
from libccheck.images.saved import open_saved
from libccheck.images.sockets import address
from libccheck.model import Image

_SECONDS = 60
_CHUNK = 1 << 21


def open_docker(name: str, reference: str, how: Opening = USUAL) -> Image:
    """The image that the Docker engine holds: DOCKER_HOST, else the current context, says which engine."""
    return _open(name, reference, how, "docker")


def open_podman(name: str, reference: str, how: Opening = USUAL) -> Image:
    """The same of podman's Docker-compatible socket: CONTAINER_HOST, else the user's own socket, else root's."""
    return _open(name, reference, how, "podman")


def _open(name: str, reference: str, how: Opening, kind: str) -> Image:
    if not name:
        raise LibccheckError("an image without a name", subject=reference, hint=f"say {kind}:alpine:3.20")
    import docker.errors
    import requests

    client = _client(kind, reference)
    try:
        image = client.images.get(name)
        return _read(image, name, reference, how, kind)
    except docker.errors.ImageNotFound:
        raise LibccheckError(
            f"the {kind} engine holds no {name}", subject=reference, hint=f"{kind} pull {name}, or name another source"
        ) from None
    except (docker.errors.DockerException, requests.exceptions.RequestException) as error:
        raise LibccheckError(f"the {kind} engine failed: {_reason(error)}", subject=reference) from error
    finally:
        client.close()


def _read(image: Any, name: str, reference: str, how: Opening, kind: str) -> Image:
    """The saved image goes through a temporary file, which the layers stay mapped from when its name is gone."""
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(prefix="libccheck-") as file:
        _fill(file, image.save(chunk_size=_CHUNK), reference)
        try:
            found = open_saved(file.name, reference, how)
        except LibccheckError as error:
            message = error.message.replace(file.name, f"what {kind} saves of {name}")
            raise LibccheckError(message, subject=reference, hint=error.hint.replace(file.name, name)) from error
    return found._replace(source=kind, digest=image.id or found.digest)


def _fill(file: IO[bytes], chunks: Iterator[bytes], reference: str) -> None:
    try:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
    except OSError as error:
        raise LibccheckError(
            f"cannot keep the image while it is read: {error.strerror}",
            subject=reference,
            hint="make room in the directory for temporary files, or set TMPDIR to another",
        ) from error
    file.seek(0)


def _client(kind: str, reference: str) -> Any:
    """A client of the engine, which has answered once."""
    import docker
    import docker.errors
    import requests

    where, tls = address(kind)
    try:
        if kind == "docker" and os.environ.get("DOCKER_HOST"):
            client = docker.from_env(timeout=_SECONDS)
        else:
            client = docker.DockerClient(base_url=where, tls=tls, timeout=_SECONDS)
        client.ping()
    except (docker.errors.DockerException, requests.exceptions.RequestException, ValueError) as error:
        raise LibccheckError(
            f"no {kind} engine answers at {where}: {_reason(error)}",
            subject=reference,
            hint="start it, or set DOCKER_HOST" if kind == "docker" else "start podman system service",
        ) from error
    return client


def _reason(error: Exception) -> str:
    """The innermost cause, which says most, in one line."""
    while error.__cause__ or error.__context__:
        cause = error.__cause__ or error.__context__
        if not isinstance(cause, Exception):
            break
        error = cause
    text = getattr(error, "explanation", None) or getattr(error, "strerror", None) or str(error)
    return " ".join(str(text).split()).lower() or type(error).__name__
