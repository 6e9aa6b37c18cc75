"""A remedy with what it asks for, so that the better of two is known."""

from __future__ import annotations

from collections.abc import Iterable

from libccheck.model import Launch, Remedy, Started
from libccheck.record import NamedTuple
from libccheck.remedy.commands import Command

FILE, BUILD, CONTENTS, IMAGE, TOOL, MAKERS = range(1, 7)
"""What is changed, from the least to the most: the file's mode or text; how it is built; what is copied into the image;
the image under it; the tool that builds it; how its makers build it, of whose sources nothing is known here.
"""


class Offer(NamedTuple):
    """growth: bytes that the image has more. lost: what the program can no longer do, counted."""

    changes: int
    growth: int
    lost: int
    remedy: Remedy


def offered(
    changes: int,
    title: str,
    commands: Iterable[Command],
    result: Launch,
    basis: str,
    *,
    growth: int = 0,
    lost: int = 0,
) -> tuple[Offer, ...]:
    """The remedy, if the model says that it starts; else nothing."""
    if not isinstance(result.outcome, Started):
        return ()
    return (Offer(changes, max(growth, 0), lost, Remedy(title, tuple(each.text for each in commands), result, basis)),)


def ranked(offers: Iterable[Offer]) -> tuple[Remedy, ...]:
    """Fewest changes, then smallest image, then least lost; no command twice."""
    found: dict[tuple[str, ...], Remedy] = {}
    for each in sorted(offers, key=lambda offer: offer[:3]):
        found.setdefault(each.remedy.commands, each.remedy)
    return tuple(found.values())
