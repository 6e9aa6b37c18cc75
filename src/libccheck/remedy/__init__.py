"""Ways out of a failed launch, each a changed input put through the same prediction."""

from __future__ import annotations

from libccheck.model import Remedy
from libccheck.remedy import base, library, mode, rebuild, script
from libccheck.remedy.case import Case, first_error

__all__ = ["Case", "remedies"]

_KINDS = (mode, script, rebuild, library, base)
"""From the fewest changes to the most."""


def remedies(case: Case) -> tuple[Remedy, ...]:
    """Every way out that the model predicts to start, fewest changes first; () for a launch that did not fail."""
    first = first_error(case.check.launch)
    if first is None:
        return ()
    return tuple(remedy for kind in _KINDS for remedy in kind.remedies(case, first))
