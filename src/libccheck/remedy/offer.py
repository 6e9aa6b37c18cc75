"""A remedy with what it asks for, so that the better of two is known."""

from __future__ import annotations

from collections.abc import Iterable

from libccheck.model import Launch, Remedy, Started
from libccheck.record import NamedTuple
from libccheck.remedy.commands import Command

FILE, BUILD, CONTENTS, IMAGE, TOOL, MAKERS, STOPGAP = range(1, 8)
"""What is changed, from the least to the most: the file's mode or text, or which of the published ones it is; how it
is built, or on which image; what is installed or copied into the image; the image under it; the tool that builds it;
how its makers build it, of whose sources nothing is known here; last, whatever it changes, what its own makers warn of.
"""


UNKNOWN = 1 << 62
"""A growth that nobody can tell: more than any that is known."""


class Offer(NamedTuple):
    """changes: one of the above; growth: bytes that the image has more."""

    changes: int
    growth: int
    remedy: Remedy

    @property
    def price(self) -> tuple[int, int, int, int]:
        """The least first: changes, by what they are and how many; the size of the image; what is lost."""
        return self.changes, len(self.remedy.commands), self.growth, len(self.remedy.lost)


def offered(
    changes: int,
    title: str,
    commands: Iterable[Command],
    result: Launch,
    basis: str,
    *,
    growth: int = 0,
    lost: Iterable[str] = (),
) -> tuple[Offer, ...]:
    """The remedy, if the model says that it starts; else nothing.

    basis: what was put through the model; lost: what the program can no longer do, each as a phrase.
    """
    if not isinstance(result.outcome, Started):
        return ()
    remedy = Remedy(title, tuple(each.text for each in commands), result, basis, tuple(lost))
    return (Offer(changes, max(growth, 0), remedy),)


def by_its_makers(offer: Offer) -> Offer:
    """The same for a program that others build and publish."""
    return offer._replace(changes=MAKERS) if offer.changes in (BUILD, TOOL) else offer


def ranked(offers: Iterable[Offer]) -> tuple[Remedy, ...]:
    """Fewest changes, then smallest image, then least lost; no command twice."""
    found: dict[tuple[str, ...], Remedy] = {}
    for each in sorted(offers, key=lambda offer: offer.price):
        found.setdefault(each.remedy.commands, each.remedy)
    return tuple(found.values())
