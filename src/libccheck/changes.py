"""Two images, one for the other: what newly fails, what is fixed, and which findings came and went."""

from __future__ import annotations

from collections.abc import Sequence

from libccheck.model import Change, Check, Died, Finding, Refused, Rejected, Started
from libccheck.verdict import findings_of


def against(checks: Sequence[Check], before: Sequence[Check]) -> tuple[Check, ...]:
    """The checks, each with its change against that of `before` of the same program; on the same platform, where the
    other image has several. One without such a counterpart is left as it is."""
    return tuple(check._replace(change=_change(check, _counterpart(check, before))) for check in checks)


def _change(check: Check, old: Check | None) -> Change | None:
    if old is None:
        return None
    came = _without(findings_of(check), findings_of(old))
    went = _without(findings_of(old), findings_of(check))
    return Change(old, _kind(old, check), came, went)


def _counterpart(check: Check, before: Sequence[Check]) -> Check | None:
    same = [each for each in before if each.program.path == check.program.path]
    exact = [each for each in same if each.image.platform == check.image.platform]
    return next(iter(exact or (same if len(same) == 1 else ())), None)


def _kind(old: Check, new: Check) -> str:
    """What is unclear on either side is neither better nor worse."""
    failed, fails = (isinstance(each.launch.outcome, (Refused, Died, Rejected)) for each in (old, new))
    started, starts = (isinstance(each.launch.outcome, Started) for each in (old, new))
    if started and fails:
        return "regression"
    if failed and starts:
        return "fixed"
    return "unchanged" if (started, failed) == (starts, fails) else "unclear"


def _without(findings: tuple[Finding, ...], others: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """By code and subject: words tell of paths, which differ from image to image."""
    known = {(each.code, each.subject) for each in others}
    return tuple(each for each in findings if (each.code, each.subject) not in known)
