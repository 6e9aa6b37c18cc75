"""Talking to an engine: at its local socket where that will do, else through Docker's client, which takes its time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn, TypeVar

from libccheck.errors import LibccheckError
from libccheck.images.sockets import address, asked

_SECONDS = 60
_CHUNK = 1 << 21

_Value = TypeVar("_Value")


class Engine:
    """The engine of that kind, "docker" or "podman", that the user means; each question may raise LibccheckError."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._known: Any = None

    def close(self) -> None:
        if self._known is not None:
            self._known.close()

    def facts(self, name: str) -> Mapping[str, Any]:
        """What it tells of an image: `GET /images/NAME/json`."""
        quick = asked(self.kind, name, "json")
        if quick is not None and quick.status == 404:
            self._lacks(name)
        found = self._json(quick.body) if quick is not None and quick.status == 200 else None
        if found is None:
            found = self.ask(name, lambda client: client.api.inspect_image(name))
        if not isinstance(found, Mapping):
            raise LibccheckError(f"the {self.kind} engine tells nothing of {name}")
        return found

    def history(self, name: str) -> Any:
        """The steps that made an image, the last first: `GET /images/NAME/history`."""
        quick = asked(self.kind, name, "history")
        found = self._json(quick.body) if quick is not None and quick.status == 200 else None
        return self.ask(name, lambda client: client.api.history(name)) if found is None else found

    def saved(self, name: str) -> Iterator[bytes]:
        """The image as an archive: `GET /images/NAME/get`."""
        chunks = self.ask(name, lambda client: iter(client.api.get_image(name, _CHUNK)))
        while chunk := self.ask(name, lambda _: next(chunks, b"")):
            yield chunk

    def ask(self, name: str, question: Callable[[Any], _Value]) -> _Value:
        """What the question gets of Docker's client; `name` is the image that it is about."""
        import docker.errors
        import requests

        try:
            return question(self._client())
        except docker.errors.ImageNotFound:
            self._lacks(name)
        except (docker.errors.DockerException, requests.exceptions.RequestException) as error:
            raise LibccheckError(f"the {self.kind} engine failed: {reason(error)}") from error

    def _client(self) -> Any:
        """A client of the engine, which has answered once."""
        if self._known is not None:
            return self._known
        import docker
        import docker.errors
        import requests

        from libccheck.images.tls import settings

        where = address(self.kind)
        try:
            self._known = docker.DockerClient(base_url=where.host, tls=settings(where), timeout=_SECONDS)
            self._known.ping()
        except (docker.errors.DockerException, requests.exceptions.RequestException, ValueError) as error:
            raise LibccheckError(
                f"no {self.kind} engine answers at {where.host}: {reason(error)}",
                hint="start it, or set DOCKER_HOST" if self.kind == "docker" else "start podman system service",
            ) from error
        return self._known

    def _lacks(self, name: str) -> NoReturn:
        raise LibccheckError(
            f"the {self.kind} engine holds no {name}", hint=f"{self.kind} pull {name}, or name another source"
        ) from None

    def _json(self, body: bytes) -> Any:
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            return None  # cut off: the client will tell why


def reason(error: Exception) -> str:
    """The engine's own words, else the innermost cause, which says most; in one line."""
    explanation = getattr(error, "explanation", None)
    while not explanation and (error.__cause__ or error.__context__):
        cause = error.__cause__ or error.__context__
        if not isinstance(cause, Exception):
            break
        error = cause
        explanation = getattr(error, "explanation", None)
    text = explanation or getattr(error, "strerror", None) or str(error)
    return " ".join(str(text).split()).lower() or type(error).__name__
