"""Ways out of a failed launch, or of one with warnings, each a changed input put through the same prediction."""

from __future__ import annotations

from libccheck.model import Remedy, Started
from libccheck.remedy import (
    artifact,
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
from libccheck.remedy.case import Case, by_path, first_error, no_packages
from libccheck.remedy.offer import by_its_makers, ranked

__all__ = ["Case", "by_path", "no_packages", "remedies"]

_BUILDS = (builder, golang, rust, native)
_OTHERS = (mode, script, interpreter, library, package, base, platform)


def remedies(case: Case) -> tuple[Remedy, ...]:
    """Every way out that the model predicts to start, the best first; for a program that starts with warnings
    those after which one of them is gone. Of a library what is published in its place, and packages with what it lacks.
    What lacks its execute bit and more has both mended; a build sets the bit by itself.
    """
    if isinstance(case.check.launch.outcome, Started):
        return ranked(lacking.remedies(case))
    first = first_error(case.check.launch)
    if first is None:
        return ()
    runnable = mode.runnable(case, first)
    lacks_more = first_error(runnable.check.launch) if runnable is not None else None
    if runnable is not None and lacks_more is not None:
        case, first = runnable, lacks_more
    published = artifact.remedies(case, first)
    if case.check.loaded_by is not None:
        return ranked((*published, *package.remedies(case, first)))
    as_it_is = [offer for kind in _OTHERS for offer in kind.remedies(case, first)]
    others = [offer for kind in _BUILDS for offer in kind.remedies(case, first)]
    others += [mode.with_bit(case, each) for each in as_it_is] if lacks_more else as_it_is
    return ranked((*published, *(map(by_its_makers, others) if published else others)))
