"""What a report for people is written on."""

from __future__ import annotations

from libccheck.record import NamedTuple


class Paper(NamedTuple):
    """How many columns there are, and whether there are colors and characters beyond ASCII."""

    width: int = 100
    color: bool = False
    unicode: bool = True
