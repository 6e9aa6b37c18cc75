"""What a report is written on."""

from __future__ import annotations

from libccheck.record import NamedTuple


class Paper(NamedTuple):
    """How many columns there are, whether there are colors and characters beyond ASCII; who reads takes a finding of
    the severity `fail_on` or a graver one for a failure, or what newly fails ("regression"), or nothing ("never").

    all_remedies: whether every way out is shown, or the best few.
    """

    width: int = 100
    color: bool = False
    unicode: bool = True
    fail_on: str = "error"
    all_remedies: bool = False
