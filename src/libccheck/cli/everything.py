"""`libccheck` without a command: all that the project's configuration names, in one report."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from libccheck.cli.delivering import configuration, settle_and_deliver, wanted
from libccheck.cli.reporting import Reporting
from libccheck.errors import LibccheckError, UsageError

if TYPE_CHECKING:
    from libccheck.config import Built, Config
    from libccheck.model import Report


def everything(reported: Reporting, no_config: bool) -> int | None:
    """The exit status; None where nothing is asked for at all, and there is no configuration."""
    config = configuration(no_config)
    if config is None:
        if reported == Reporting():
            return None
        raise UsageError("there is no configuration here", hint="name a program: libccheck check PROGRAM --image IMAGE")
    if not config.checks and not config.dockerfiles:
        hint = 'add programs = ["dist/*"], or name one: libccheck check PROGRAM'
        raise UsageError("it names no programs and no Dockerfile", subject=config.file, hint=hint)
    shown = wanted(reported, config)
    return settle_and_deliver(_report(config, reported), shown, reported, config, whole=True)


def _report(config: Config, reported: Reporting) -> Report:
    from libccheck.cli.check import check_usage
    from libccheck.cli.configured import jobs
    from libccheck.cli.gather import Sources
    from libccheck.cli.jobs import Job, Manner, done, merged
    from libccheck.cli.options import Placing

    asked = Job((), (), Placing(None, [], {}, None, None, None), Sources())
    wanted = jobs(config, asked) if config.checks else []
    check_usage(wanted, reported, config)
    manner = Manner(with_remedies=reported.all_remedies or (False if config.dockerfiles else None))
    reports = [done(wanted, manner)] if wanted else []
    return merged([*reports, *(_dockerfile(each, config) for each in config.dockerfiles)])


def _dockerfile(built: Built, config: Config) -> Report:
    """What could not be looked at is an error of the report."""
    from libccheck import __version__
    from libccheck.checking import failure_of
    from libccheck.cli.building import look
    from libccheck.model import Report
    from libccheck.project import inside

    try:
        file = inside(config, built.file, "the Dockerfile")
        context = inside(config, built.context or os.path.dirname(built.file) or ".", "the context")
        return look(file, built.file, context, built)
    except LibccheckError as error:
        return Report(__version__, (), (failure_of(error, built.file),))
