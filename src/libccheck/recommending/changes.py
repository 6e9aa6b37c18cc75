"""What a change would open: another build on an emptier base, or the missing files copied from where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from libccheck.advice import advice
from libccheck.model import Base, Check, Finding, Image, Remedy, Report, Started
from libccheck.recommending.copying import copied
from libccheck.recommending.values import Change, Recommendation, first_of_each_code
from libccheck.remedy.commands import is_instruction
from libccheck.verdict import findings_of

Trial = Callable[..., Report]
"""Checks all of the programs in some images, with remedies where it is given bases."""


def changes(bases: Iterable[Base], found: Recommendation, trial: Trial, added: int) -> tuple[Change, ...]:
    """Only those that end in a smaller image than the first choice, the smallest first; of each kind the smallest, and
    the smallest of those that lack less."""
    limit = found.choices[0].size if found.choices else None
    targets = [each for each in _emptier(bases) if limit is None or (each.size or 0) + added < limit]
    builds: list[Change] = []
    copies: list[Change] = []
    for base in targets:
        image = base.open()
        builds += _rebuilt(base, image, trial, added)
        copies += _with_copies(base, image, found, trial, added)
    made = [*_best(builds), *_best([each for each in copies if limit is None or each.size < limit])]
    return tuple(sorted(made, key=lambda each: (each.size, len(each.commands))))


def _emptier(bases: Iterable[Base]) -> list[Base]:
    """Those without a C library, and the smallest of each."""
    found: dict[str, Base] = {}
    for base in bases:
        if base.current:
            found.setdefault(base.libc or base.name, base)
    return list(found.values())


def _best(made: Sequence[Change]) -> list[Change]:
    ordered = sorted(made, key=lambda each: (each.size, len(each.commands)))
    fuller = [each for each in ordered if len(each.lacks) < len(ordered[0].lacks)]
    return [*ordered[:1], *sorted(fuller, key=lambda each: len(each.lacks))[:1]]


def _rebuilt(base: Base, image: Image, trial: Trial, added: int) -> list[Change]:
    """One build for each program that does not start there as it is; none where one of them has none."""
    report = trial([image], bases=lambda _: ())
    chosen: list[Remedy] = []
    lacks: list[Finding] = []
    for check in report.checks:
        if isinstance(check.launch.outcome, Started):
            lacks += findings_of(check)
            continue
        remedy = _build(check)
        if remedy is None:
            return []
        chosen.append(remedy)
        lacks += advice(check._replace(launch=remedy.launch), image.tree)
    if not chosen or report.errors:
        return []
    commands = tuple(dict.fromkeys(each for remedy in chosen for each in remedy.commands))
    title = ", and ".join(dict.fromkeys(each.title for each in chosen))
    basis = "; ".join(dict.fromkeys(each.basis for each in chosen))
    size = (base.size or 0) + added
    return [Change(title, commands, base.tag, size, False, basis, first_of_each_code(lacks))]


def _build(check: Check) -> Remedy | None:
    """The best way that changes the program and not the image."""
    return next((each for each in check.remedies if not any(map(is_instruction, each.commands))), None)


def _with_copies(base: Base, image: Image, found: Recommendation, trial: Trial, added: int) -> list[Change]:
    merged = copied(image, found.choices[0], trial) if found.choices else None
    if merged is None:
        return []
    donor = found.choices[0].tag
    what = merged.names[0] if len(merged.names) == 1 else f"{len(merged.names)} files"
    basis = f"predicted for {base.tag} with these files of {donor} in it"
    if merged.loads_later:
        basis += "; what it opens later, by dlopen, is not among them"
    size = (base.size or 0) + added + merged.size
    return [Change(f"copy {what} from {donor}", merged.commands, base.tag, size, True, basis, merged.lacks)]
