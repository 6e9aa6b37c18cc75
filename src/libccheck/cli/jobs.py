"""What is to be checked, as the command line or a configuration has it, to a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from libccheck import check as predict
from libccheck.cli import demands, options
from libccheck.cli.gather import Sources, gather, loader
from libccheck.model import Base, Failure, Image, Program, Report
from libccheck.record import NamedTuple

if TYPE_CHECKING:
    from libccheck.policy import Policy
    from libccheck.toolchain.published import Published


class Job(NamedTuple):
    """Programs, and what is asked of them.

    expands: whether directories, globs and archives stand for the programs in them; base: the directory that the names
    of programs are relative to then. name: of a check of a configuration.
    """

    programs: Sequence[str]
    images: Sequence[str]
    placing: options.Placing
    sources: Sources
    demanded: demands.Demands = demands.Demands()
    loaded_by: str | None = None
    host: str | None = None
    against: str | None = None
    expands: bool = False
    name: str = ""
    base: str = ""


class Manner(NamedTuple):
    """How all jobs are done. with_remedies: None for those of a single pair."""

    with_remedies: bool | None = None
    with_verify: bool = False
    digest: bool = False


def done(jobs: Sequence[Job], manner: Manner) -> Report:
    """One report of all of them."""
    if len(jobs) > 1 and manner.with_remedies is None:
        manner = manner._replace(with_remedies=False)
    reports = [_called(_done(job, manner), job.name) if job.name else _done(job, manner) for job in jobs]
    return merged(reports) if len(reports) > 1 else reports[0]


def merged(reports: Sequence[Report]) -> Report:
    """The reports one after the other; what could not be looked at once."""
    return reports[0]._replace(
        checks=tuple(check for each in reports for check in each.checks),
        errors=tuple(dict.fromkeys(error for each in reports for error in each.errors)),
        judgments=tuple(judgment for each in reports for judgment in each.judgments),
        sources={file: text for each in reports for file, text in each.sources.items()},
    )


def _done(job: Job, manner: Manner) -> Report:
    policy = demands.parse(job.demanded) if job.demanded.given else None
    if policy is not None and not job.images:
        return _judged(job, policy, manner.digest)
    sources = job.sources._replace(documented=True)
    given = gather(job.programs, job.images, job.placing.copies, sources, manner.digest, _expanded(job))
    checked: Callable[..., Report] = partial(
        predict,
        given.programs,
        copies=given.copies,
        **job.placing.run,
        loaded_by=None if job.loaded_by is None else loader(job.loaded_by),
        host=options.parse_host(job.host),
    )
    with_remedies = given.is_one_pair if manner.with_remedies is None else manner.with_remedies
    known = {"bases": _bases(sources.catalogs), "packages": _packages, "published": _published}
    report = checked(given.images, failures=given.failures, **(known if with_remedies else {}))
    if job.against is not None:
        report = _compared(report, checked, job.against, sources)
    if manner.with_verify:
        from libccheck.verify import verify

        report = verify(report, given.copies)
    if policy is not None:
        from libccheck.policy import judge

        report = report._replace(judgments=judge(given.programs, policy))
    return report


def _called(report: Report, name: str) -> Report:
    return report._replace(
        checks=tuple(each._replace(part=name) for each in report.checks),
        judgments=tuple(each._replace(part=name) for each in report.judgments),
    )


def _compared(report: Report, checked: Callable[..., Report], against: str, sources: Sources) -> Report:
    """With what is new against the other image; what could not be looked at there is an error of the report."""
    from libccheck.changes import against as changed

    old = gather((), (against,), (), sources, digest=False)
    before = checked(old.images, failures=old.failures)
    errors = dict.fromkeys((*report.errors, *before.errors))
    return report._replace(checks=changed(report.checks, before.checks), errors=tuple(errors))


def _judged(job: Job, policy: Policy, digest: bool) -> Report:
    """Without an image directories, globs and archives stand for the programs in them."""
    from libccheck import __version__
    from libccheck.policy import judge

    failures: list[Failure] = []

    def readable() -> Iterator[Program]:
        for each in _programs(job, digest):
            if isinstance(each, Failure):
                failures.append(each)
            else:
                yield each

    judgments = judge(readable(), policy)
    return Report(__version__, (), tuple(failures), judgments)


def _expanded(job: Job) -> Callable[[bool], Iterable[Program | Failure]] | None:
    return partial(_programs, job) if job.expands else None


def _programs(job: Job, digest: bool) -> Iterator[Program | Failure]:
    """Those that the names stand for, called by their paths from the base."""
    from libccheck.artifacts import expand

    for each in expand([os.path.join(job.base, name) for name in job.programs], digest=digest):
        if isinstance(each, Program) and job.base:
            yield each._replace(path=each.path[len(job.base.rstrip("/")) + 1 :])
        else:
            yield each


def _bases(catalogs: Sequence[str]) -> Callable[[str], Iterable[Base]]:
    """The base images of a platform, looked up only where a check fails."""

    def of(platform: str) -> Iterable[Base]:
        from libccheck.images.bases import bases

        return bases(platform, catalogs)

    return of


def _packages(release: str, platform: str) -> Image | None:
    """What a release's packages hold, looked up only where a check fails."""
    from libccheck.images.packages import packages

    return packages(release, platform)


def _published(program: Program) -> Published | None:
    """Of which package it is part, looked up only where a check fails."""
    from libccheck.artifacts.published import published

    return published(program)
