"""How an image is to be opened: what the user says beside its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from libccheck.record import NamedTuple

Progress = Callable[[str, int, "int | None"], None]
"""Called with what is being read ("layer 2 of 5"), how many bytes of it have come, and how many there are, if known."""


class Opening(NamedTuple):
    """platform: in normal form, None for the host's. catalogs: directories looked at before the user's own catalog.

    cached: whether layers are kept in the user's cache and taken from it. insecure: registries, as HOST or HOST:PORT,
    that may be spoken to without TLS or with a certificate that nobody vouches for. documented: whether an image of
    which only documented facts are known will do where there is no other; it has no tree.
    """

    platform: str | None = None
    catalogs: Sequence[str] = ()
    cached: bool = True
    insecure: Sequence[str] = ()
    progress: Progress | None = None
    documented: bool = False


USUAL = Opening()
