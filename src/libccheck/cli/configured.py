"""What a configuration says, laid under what the command line says: jobs, formats, Dockerfiles."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from libccheck.cli import demands, options
from libccheck.cli.complaints import note
from libccheck.cli.demands import Demands
from libccheck.cli.jobs import Job
from libccheck.config import Built, Config, ConfigError, Settings
from libccheck.config.matching import covers
from libccheck.config.places import Path
from libccheck.config.readers import FILES
from libccheck.errors import LibccheckError, UsageError
from libccheck.formats import REPORTS
from libccheck.project import Found, inside, load


def load_and_tell(found: Found) -> Config:
    """The configuration, its values tried; which one it is, and what of it weakens the check, is told."""
    config = load(found, also=_try)
    over = f", {config.passed_over} is not taken" if config.passed_over else ""
    weak = ", fail-on = never: no finding fails" if config.fail_on == "never" else ""
    note(f"configuration: {config.file}{over}{weak}")
    return config


def jobs(config: Config, asked: Job) -> list[Job]:
    """Those of the configuration where no program is named, else what it says of the programs that are."""
    if not asked.programs:
        if not config.checks:
            hint = f'add programs = ["dist/*"] to {config.file}, or name one: libccheck check PROGRAM'
            raise UsageError("it names no programs", subject=config.file, hint=hint)
        return [_of_file(config, each, asked) for each in config.checks]
    found = []
    left = list(asked.programs)
    for each in config.checks:
        if each.name:
            own = [program for program in asked.programs if _is_of(program, each, config)]
            left = [program for program in left if program not in own]
            found += [_over(asked._replace(programs=own, name=each.name), each, config)] if own else []
    return [*found, _over(asked._replace(programs=left), config.shared, config)] if left else found


def is_plain(asked: Job) -> bool:
    """Whether the command line changes nothing of what is to be checked."""
    return not (asked.images or asked.demanded.given or asked.sources.platform)


def formats(config: Config) -> list[options.Format]:
    """The files from the working directory, all inside of the project."""
    wanted = options.parse_formats(config.formats, REPORTS)
    return [each._replace(file=inside(config, each.file, "the report") if each.file else None) for each in wanted]


def built_of(config: Config, file: str) -> Built:
    """What it says of a Dockerfile, by its path from the working directory; the context too is from there."""
    path = os.path.relpath(file, config.root or ".")
    said = next((each for each in config.dockerfiles if os.path.normpath(each.file) == path), Built(file))
    return said._replace(context=inside(config, said.context, "the context")) if said.context else said


def _of_file(config: Config, settings: Settings, asked: Job) -> Job:
    job = asked._replace(programs=settings.programs, expands=True, name=settings.name, base=config.root)
    return _over(job, settings, config)


def _over(job: Job, settings: Settings, config: Config) -> Job:
    """The command line has the last word, option by option, and of the environment variable by variable."""
    placing, sources = job.placing, job.sources
    copies = [(os.path.join(config.root, source), place) for source, place in options.parse_copies(settings.copies)]
    shown = {_opened(each, config): each for each in (*settings.images, *filter(None, [settings.against]))}
    opened = {name: place for place, name in shown.items()}
    return job._replace(
        images=job.images or tuple(opened[each] for each in settings.images),
        against=job.against or (opened[settings.against] if settings.against else None),
        placing=options.Placing(
            placing.at or settings.at,
            placing.copies or copies,
            {**settings.env, **placing.env},
            settings.user if placing.user is None else placing.user,
            settings.workdir if placing.workdir is None else placing.workdir,
            settings.arg0 if placing.arg0 is None else placing.arg0,
        ),
        sources=sources._replace(platforms=() if sources.platform else settings.platforms, shown=_changed(shown)),
        demanded=_demands(job.demanded, settings),
        loaded_by=job.loaded_by or settings.loaded_by,
        host=job.host or settings.host,
    )


def _demands(asked: Demands, settings: Settings) -> Demands:
    said = _demands_of(settings)._asdict()
    return asked._replace(**{name: value or said[name] for name, value in asked._asdict().items()})


def _demands_of(settings: Settings) -> Demands:
    return Demands(
        settings.max_glibc,
        settings.max_musl,
        settings.require,
        settings.allow_needed,
        settings.deny_needed,
        settings.no_rpath,
        settings.isa,
        settings.min_kernel,
        settings.policy,
    )


def _opened(reference: str, config: Config) -> str:
    """The reference from the working directory; one that is a name stays as it is."""
    scheme, colon, rest = reference.partition(":")
    if colon and scheme in FILES:
        return f"{scheme}:{os.path.join(config.root, rest)}"
    place = os.path.join(config.root, reference)
    return place if os.path.exists(place) else reference


def _changed(shown: dict[str, str]) -> dict[str, str]:
    return {place: name for place, name in shown.items() if place != name}


def _is_of(program: str, settings: Settings, config: Config) -> bool:
    path = os.path.relpath(program, config.root or ".")
    return any(covers(each, path) for each in settings.programs)


def _try(config: Config) -> None:
    """Every value that the commands read in ways of their own."""
    path: Path
    for settings in (config.shared, *config.checks):
        path = config.top if settings.number is None else (*config.top, "check", settings.number)
        _tried(path, "host", options.parse_host, settings.host)
        _tried(path, "workdir", options.check_workdir, settings.workdir)
        for name, value in _demands_of(settings)._asdict().items():
            if value:
                _tried(path, _KEYS[name], demands.parse, Demands()._replace(**{name: value}))
        for platform in settings.platforms:
            _tried(path, "platforms", _platform, platform)
    _tried(config.top, "formats", options.parse_formats, config.formats, REPORTS)
    for number, each in enumerate(config.dockerfiles):
        if each.platform:
            _tried((*config.top, "dockerfile", number), "platform", _platform, each.platform)


_KEYS = {
    "max_glibc": "max-glibc",
    "max_musl": "max-musl",
    "require": "require",
    "allowed": "allow-needed",
    "denied": "deny-needed",
    "no_rpath": "no-rpath",
    "isa": "isa",
    "kernel": "min-kernel",
    "profile": "policy",
}


def _platform(text: str) -> None:
    from libccheck.images.platforms import normal

    if text != "all":
        normal(text)


def _tried(path: Path, key: str, read: Callable[..., Any], *values: Any) -> None:
    """Options are called keys here."""
    try:
        read(*values)
    except LibccheckError as error:
        raise ConfigError(error.message.replace("--", ""), (*path, key), error.hint.replace("--", "")) from None
