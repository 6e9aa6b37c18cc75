"""Blobs of a repository into files without a name: resumed where they break off, measured and verified."""

from __future__ import annotations

import hashlib
import time
from tempfile import TemporaryFile
from typing import IO, Any

import requests

from libccheck.errors import LibccheckError
from libccheck.images.held import Held
from libccheck.images.opening import Progress
from libccheck.images.registry.patience import TRIES, RefusedError, reason_of
from libccheck.images.registry.session import Session

_CHUNK = 1 << 20
_NO_SUCH_RANGE = 416
_AGAIN = "try again; if it stays so, the registry holds a damaged image"


def fetched(session: Session, digest: str, size: int, what: str, progress: Progress | None) -> Held:
    """The bytes of a blob: exactly `size` of them, with that digest. Raises LibccheckError."""
    algorithm = digest.partition(":")[0]
    if algorithm not in ("sha256", "sha512"):
        raise LibccheckError(f"{what} has a digest of a kind that is not known: {algorithm}")
    try:
        with TemporaryFile(prefix="libccheck-") as file:
            seen = hashlib.new(algorithm)
            _fill(session, digest, size, what, file, seen, progress)
            if f"{algorithm}:{seen.hexdigest()}" != digest:
                raise LibccheckError(f"{session.host} sent {what} with another digest than was asked for", hint=_AGAIN)
            file.flush()
            return Held.of_file(file.fileno())
    except OSError as error:
        raise LibccheckError(
            f"cannot keep {what} while it is read: {error.strerror or error}",
            hint="make room in the directory for temporary files, or set TMPDIR to another",
        ) from error


def _asked(session: Session, digest: str, headers: dict[str, str], what: str) -> requests.Response:
    try:
        return session.get(f"blobs/{digest}", headers)
    except RefusedError as error:
        if error.code != _NO_SUCH_RANGE:
            raise
        raise RefusedError(
            f"{what} did not arrive whole from {session.host}, which has no more of it", error.code, hint=_AGAIN
        ) from None


def _fill(
    session: Session, digest: str, size: int, what: str, file: IO[bytes], seen: Any, progress: Progress | None
) -> None:
    """What has come stays when the connection breaks; a registry that knows no ranges sends it again from the start."""
    done = idle = 0
    while True:
        headers = {"Accept-Encoding": "identity"}
        if done:
            headers["Range"] = f"bytes={done}-"
        response = _asked(session, digest, headers, what)
        skip = done if done and response.status_code != 206 else 0
        before, why = done, "it ended too early"
        try:
            with response:
                for chunk in response.iter_content(_CHUNK):
                    if session.is_closed:
                        raise LibccheckError(f"{what} is not wanted any more")
                    if skip:
                        used = min(skip, len(chunk))
                        skip, chunk = skip - used, chunk[used:]
                    done += len(chunk)
                    if done > size:
                        raise LibccheckError(f"{session.host} sent more of {what} than its manifest says", hint=_AGAIN)
                    seen.update(chunk)
                    file.write(chunk)
                    if progress is not None:
                        progress(what, done, size)
        except requests.RequestException as error:
            why = reason_of(error, session.host)
        if done == size:
            return
        idle = idle + 1 if done == before else 0
        if idle >= TRIES:
            raise RefusedError(f"{what} did not arrive whole from {session.host}: {why}", 0, hint=_AGAIN)
        time.sleep(0.2 * 2**idle)
