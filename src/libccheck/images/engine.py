"""`docker:` and `podman:`: images that a local engine holds, read through its API; nothing is created or started.

An engine says of which layers an image consists. Only where the cache lacks one of them is the image exported.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

from libccheck.errors import LibccheckError
from libccheck.images.cache import Cache
from libccheck.images.engines import Engine
from libccheck.images.held import Held
from libccheck.images.inspected import config_of_facts, diff_ids_of
from libccheck.images.opening import USUAL, Opening, Progress
from libccheck.images.packed import Blob, Parts, assembled, diff_ids, parts_of
from libccheck.images.saved import saved
from libccheck.model import Image


def open_docker(name: str, reference: str, how: Opening = USUAL) -> Image:
    """The image that the Docker engine holds: DOCKER_HOST, else the current context, says which engine."""
    return _open(name, reference, how, "docker")


def open_podman(name: str, reference: str, how: Opening = USUAL) -> Image:
    """The same of podman's Docker-compatible socket: CONTAINER_HOST, else the user's own socket, else root's."""
    return _open(name, reference, how, "podman")


def _open(name: str, reference: str, how: Opening, kind: str) -> Image:
    if not name:
        raise LibccheckError("an image without a name", subject=reference, hint=f"say {kind}:alpine:3.20")
    engine = Engine(kind)
    try:
        facts = engine.facts(name)
        cache = Cache.of_user() if how.cached else None
        known = None if cache is None else _known(cache, engine, name, facts, reference, how)
        return _exported(engine, name, facts, cache, reference, how) if known is None else known
    except LibccheckError as error:
        raise LibccheckError(error.message, subject=reference, hint=error.hint) from error
    finally:
        engine.close()


def _known(
    cache: Cache, engine: Engine, name: str, facts: Mapping[str, Any], reference: str, how: Opening
) -> Image | None:
    """The image out of the cache, which has all of its layers; else None."""
    ids = diff_ids_of(facts)
    sizes = None if ids is None else cache.sizes(ids)
    if ids is None or sizes is None:
        return None
    kept = cache.document(_identity(facts))
    config = json.loads(kept) if kept is not None else None
    if config is None or diff_ids(config, len(ids)) != ids:
        config = config_of_facts(facts, engine.history(name))
    blobs = [Blob(each, size, each, _gone) for each, size in zip(ids, sizes, strict=True)]
    return _image(engine, Parts(name, {}), config, blobs, facts, reference, how)


def _exported(
    engine: Engine, name: str, facts: Mapping[str, Any], cache: Cache | None, reference: str, how: Opening
) -> Image:
    """The image as the engine saves it, in a file without a name, which the layers stay mapped from."""
    what = f"what {engine.kind} saves of {name}"
    with _spooled(engine.saved(name), what, how.progress) as held:
        parts = parts_of(held, what, reference)
        config, blobs, digest = saved(parts, "", reference)
        image = _image(engine, parts, config, blobs, {"Id": digest, **facts}, reference, how)
    if cache is not None and diff_ids(config, len(blobs)) == diff_ids_of(facts):
        cache.add_document(_identity(facts), json.dumps(config))
    return image


def _image(
    engine: Engine,
    parts: Parts,
    config: Any,
    blobs: list[Blob],
    facts: Mapping[str, Any],
    reference: str,
    how: Opening,
) -> Image:
    return assembled(parts, config, blobs, reference=reference, source=engine.kind, digest=_identity(facts), how=how)


def _identity(facts: Mapping[str, Any]) -> str:
    """The identity of an image as the engine has it; podman leaves out the algorithm."""
    found = str(facts.get("Id", ""))
    return found if ":" in found or not found else f"sha256:{found}"


@contextmanager
def _spooled(chunks: Iterator[bytes], what: str, progress: Progress | None) -> Iterator[Held]:
    from tempfile import TemporaryFile

    try:
        with TemporaryFile(prefix="libccheck-") as file:
            size = 0
            for chunk in chunks:
                size += file.write(chunk)
                if progress is not None:
                    progress("export", size, None)
            file.flush()
            if not size:
                raise LibccheckError(f"{what} is empty", hint="try again")
            held = Held.of_file(file.fileno())
    except OSError as error:
        raise LibccheckError(
            f"cannot keep {what} while it is read: {error.strerror}",
            hint="make room in the directory for temporary files, or set TMPDIR to another",
        ) from error
    yield held


def _gone() -> NoReturn:
    raise LibccheckError("the cache was cleared while an image was read", hint="try again, or add --no-cache")
