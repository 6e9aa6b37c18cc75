"""Ways out of a failed launch, or of one with warnings, each a changed input put through the same prediction."""

from __future__ import annotations

from libccheck.model import Remedy, Started
from libccheck.remedy import (
    base,
    builder,
    golang,
    interpreter,
    lacking,
    library,
    mode,
    native,
    package,
    platform,
    rust,
    script,
)
from libccheck.remedy.case import Case, first_error, no_packages
from libccheck.remedy.offer import ranked

__all__ = ["Case", "no_packages", "remedies"]

_KINDS = (mode, script, builder, golang, rust, native, interpreter, library, package, base, platform)


def remedies(case: Case) -> tuple[Remedy, ...]:
    """Every way out that the model predicts to start, the best first; for a program that starts with warnings
    those after which one of them is gone."""
    if isinstance(case.check.launch.outcome, Started):
        return ranked(lacking.remedies(case))
    first = first_error(case.check.launch)
    if first is None:
        return ()
    return ranked(offer for kind in _KINDS for offer in kind.remedies(case, first))
