"""Bare names: the engine's image if it holds one, else the catalog's, else the registry's; exactly one is opened.

Where none of them has it, what is documented of it has to do, if it will.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from libccheck.errors import LibccheckError
from libccheck.images.catalog import NotHeldError, catalog_platforms, open_catalog
from libccheck.images.opening import USUAL, Opening
from libccheck.images.sockets import holds
from libccheck.model import Image

_Value = TypeVar("_Value")


def open_named(name: str, reference: str, how: Opening = USUAL) -> Image:
    """Raises LibccheckError that names similar entries of the catalog where nobody has it."""
    if holds(name):
        from libccheck.images.engine import open_docker

        return open_docker(name, reference, how)
    try:
        return open_catalog(name, reference, how._replace(documented=False))
    except NotHeldError as unknown:
        from libccheck.images.registry import open_registry

        try:
            return _asked(unknown, name, lambda: open_registry(name, reference, how))
        except LibccheckError:
            if not how.documented:
                raise
            try:
                return open_catalog(name, reference, how)
            except NotHeldError:
                pass
            raise


def named_platforms(name: str, reference: str, how: Opening = USUAL) -> tuple[str, ...]:
    """For which platforms there is one; an engine holds it for one only, which need not be named."""
    if holds(name):
        return ()
    try:
        return catalog_platforms(name, reference, how)
    except NotHeldError as unknown:
        from libccheck.images.registry import registry_platforms

        return _asked(unknown, name, lambda: registry_platforms(name, reference, how))


def _asked(unknown: NotHeldError, name: str, ask: Callable[[], _Value]) -> _Value:
    """The registry's answer; where Docker Hub has none, what the catalog has that goes by a similar name."""
    from libccheck.images.registry.names import DOCKER_HUB, parse

    if os.environ.get("LIBCCHECK_OFFLINE", "") not in ("", "0"):
        raise unknown
    try:
        return ask()
    except LibccheckError as error:
        if parse(name, unknown.subject).registry != DOCKER_HUB:
            raise
        message = f"{unknown.message}, and {error.message}"
        raise LibccheckError(message, subject=unknown.subject, hint=unknown.hint) from error
