"""What a change would open: another build on an emptier base, or the missing files copied from where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from libccheck.advice import advice
from libccheck.model import Base, Check, Finding, Image, Remedy, Report, Started
from libccheck.recommending.copying import copied
from libccheck.recommending.values import Change, Choice, Recommendation, first_of_each_code
from libccheck.remedy.commands import is_builder, is_instruction
from libccheck.verdict import findings_of

_MOST_TRIED = 3
Trial = Callable[..., Report]
"""Checks all of the programs in some images, with remedies where it is given bases."""


def changes(bases: Iterable[Base], found: Recommendation, trial: Trial, added: int) -> tuple[Change, ...]:
    """Only those that end in a smaller image than the first choice, the smallest first; of each kind the smallest, and
    the smallest of those that lack less."""
    limit = found.choices[0].size if found.choices else None
    ordered = list(bases)
    builds = [each for base in _emptier(ordered, limit, added) for each in _rebuilt(base, base.open(), trial, added)]
    copies = with_copies(ordered, found.choices[0], trial, added, limit) if found.choices else ()
    made = (*_best(builds), *_on_an_older_release(ordered, found, trial, added), *copies)
    return tuple(sorted(made, key=lambda each: (each.size, len(each.commands))))


def with_copies(
    bases: Iterable[Base], donor: Choice, trial: Trial, added: int, limit: int | None
) -> tuple[Change, ...]:
    """What the programs load in the donor, copied to an emptier base: the smallest that is, and that lacks less."""
    copies: list[Change] = []
    for base in _emptier(bases, limit, added):
        merged = copied(base.open(), donor, trial)
        if merged is None:
            continue
        what = merged.names[0] if len(merged.names) == 1 else f"{len(merged.names)} files"
        basis = f"predicted for {base.tag} with these files of {donor.tag} in it"
        if merged.loads_later:
            basis += "; what it opens later, by dlopen, is not among them"
        size = (base.size or 0) + added + merged.size
        title = f"copy {what} from {donor.tag}"
        copies.append(Change(title, merged.commands, base.tag, size, True, basis, merged.lacks))
    return tuple(_best([each for each in copies if limit is None or each.size < limit]))


def _emptier(bases: Iterable[Base], limit: int | None, added: int) -> list[Base]:
    """Those without a C library, and the smallest of each, as far as they are below the limit."""
    found: dict[str, Base] = {}
    for base in bases:
        if base.current:
            found.setdefault(base.libc or base.name, base)
    return [each for each in found.values() if limit is None or (each.size or 0) + added < limit]


def _best(made: Sequence[Change]) -> list[Change]:
    ordered = sorted(made, key=lambda each: (each.size, len(each.commands)))
    fuller = [each for each in ordered if len(each.lacks) < len(ordered[0].lacks)]
    return [*ordered[:1], *sorted(fuller, key=lambda each: len(each.lacks))[:1]]


def _on_an_older_release(bases: Iterable[Base], found: Recommendation, trial: Trial, added: int) -> list[Change]:
    """By the same compilers, for the smallest base where only the C library's version was in the way."""
    old = {each.tag for each in found.passed if each.code == "LC203"}
    for base in [each for each in bases if each.current and each.tag in old][:_MOST_TRIED]:
        made = _rebuilt(base, base.open(), trial, added, _builder)
        if made:
            return made
    return []


def _rebuilt(
    base: Base, image: Image, trial: Trial, added: int, choose: Callable[[Check], Remedy | None] | None = None
) -> list[Change]:
    """One build for each program that does not start there as it is; none where one of them has none."""
    report = trial([image], bases=lambda _: ())
    chosen: list[Remedy] = []
    lacks: list[Finding] = []
    for check in report.checks:
        if isinstance(check.launch.outcome, Started):
            lacks += findings_of(check)
            continue
        remedy = (choose or _build)(check)
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
    lost = tuple(dict.fromkeys(each for remedy in chosen for each in remedy.lost))
    return [Change(title, commands, base.tag, size, False, basis, first_of_each_code(lacks), lost)]


def _build(check: Check) -> Remedy | None:
    """The best way that changes the program and not the image."""
    return next((each for each in check.remedies if not any(map(is_instruction, each.commands))), None)


def _builder(check: Check) -> Remedy | None:
    """The same build in another image."""
    return next((each for each in check.remedies if each.commands and all(map(is_builder, each.commands))), None)
