"""`libccheck dockerfile`: the stages of a Dockerfile before they are built."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial

import click

from libccheck import __version__
from libccheck.checking import failure_of
from libccheck.cli import options
from libccheck.cli.building import context_of, how, read
from libccheck.cli.delivering import configuration, settle_and_deliver, wanted
from libccheck.cli.gather import Sources
from libccheck.cli.reporting import Reporting, delivering
from libccheck.config.values import Built, Config
from libccheck.dockerfile.fixes import difference, fixed
from libccheck.errors import LibccheckError, UsageError
from libccheck.formats.visible import visible
from libccheck.model import Failure, Report


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option(
    "--context", "directory", metavar="DIR", help="The build context. [default: the directory of FILE, if it is not -]"
)
@click.option("--target", metavar="STAGE", help="The stage that is built, by name or number. [default: the last]")
@click.option("--build-arg", "arguments", multiple=True, metavar="KEY[=VALUE]", help="Set an ARG; repeatable.")
@options.sources
@click.option("--pull", is_flag=True, help="Ask registries for bases that neither engine nor catalog holds.")
@delivering
@click.option("--fix", is_flag=True, help="Print what certainly mends it, as a diff, instead of the report.")
@click.option("--write", is_flag=True, help="With --fix, change FILE itself.")
@click.option("--no-config", is_flag=True, help="Leave the project's configuration out.")
@click.pass_context
def dockerfile(
    context: click.Context,
    files: tuple[str, ...],
    directory: str | None,
    target: str | None,
    arguments: tuple[str, ...],
    sources: Sources,
    pull: bool,
    reported: Reporting,
    fix: bool,
    write: bool,
    no_config: bool,
) -> int:
    """Predict whether what each FILE builds starts in its last stage.

    Nothing is built or run. The stages are read as BuildKit reads them, each program is followed from the RUN line that
    makes it to the stage that runs it; with the sources in the build context it shows whether it needs a C library.
    Bases are those of the engine or the catalog; of others counts what is known of them by their names.
    FILE may be -, standard input; without one it is those of the project's configuration, if there is one, else
    Dockerfile. What is not said here is taken from there, too.

    \b
      libccheck dockerfile Dockerfile
      libccheck dockerfile build/Dockerfile --context . --target release
      libccheck dockerfile Dockerfile --platform linux/arm64
      libccheck dockerfile Dockerfile --format github --format sarif=out.sarif
      libccheck dockerfile Dockerfile --fix
    """
    if write and not fix:
        raise UsageError("--write goes with --fix", hint="libccheck dockerfile FILE --fix --write")
    if write and "-" in files:
        raise UsageError("--write needs a file, and FILE is standard input")
    config = configuration(no_config or bool(context.obj))
    shown = wanted(reported, config)
    asked = Built("", directory or "", target, _arguments(arguments), sources.platform, pull)
    given = {file: _under(asked, file, config) for file in files or _named(config)}
    contexts = {file: context_of(file, each.context or None) for file, each in given.items()}
    built = {file: how(each, sources) for file, each in given.items()}

    def judge(file: str, text: str) -> Report:
        return built[file].judged(file, text, contexts[file])

    texts: dict[str, str] = {}
    reports: dict[str, Report] = {}
    failures: list[Failure] = []
    for file in given:
        try:
            texts[file] = read(file)
            reports[file] = judge(file, texts[file])
        except UsageError as error:
            error.subject = error.subject or file
            raise
        except LibccheckError as error:
            failures.append(failure_of(error, file))
    if fix:
        return _mended(texts, reports, judge, write, failures)
    checks = tuple(check for each in reports.values() for check in each.checks)
    report = Report(__version__, checks, tuple(failures), sources=texts)
    status = settle_and_deliver(report, shown, reported, config, whole=False)
    if shown.for_people:
        _tell_fixes(texts, reports, judge)
    return status


def _named(config: Config | None) -> list[str]:
    """The Dockerfiles that the configuration names, else the usual one."""
    if config is None or not config.dockerfiles:
        return ["Dockerfile"]
    from libccheck.project import inside

    return [inside(config, each.file, "the Dockerfile") for each in config.dockerfiles]


def _under(asked: Built, file: str, config: Config | None) -> Built:
    """What the command line says of the file, and below it what the configuration says."""
    if config is None or file == "-":
        return asked
    from libccheck.cli.configured import built_of

    said = built_of(config, file)
    return asked._replace(
        context=asked.context or said.context,
        target=said.target if asked.target is None else asked.target,
        arguments={**said.arguments, **asked.arguments},
        platform=asked.platform or said.platform,
        pull=asked.pull or said.pull,
    )


def _tell_fixes(texts: Mapping[str, str], reports: Mapping[str, Report], judge: Callable[[str, str], Report]) -> None:
    """What --fix would do, for those who have not asked for it."""
    from libccheck.cli.complaints import note
    from libccheck.verdict import fails

    for file, report in reports.items():
        if any(fails(check, "error") for check in report.checks):
            for title in fixed(texts[file], report, partial(judge, file))[1]:
                note(f"{file + ' ' if len(reports) > 1 else ''}with --fix: {title}")


def _arguments(texts: tuple[str, ...]) -> dict[str, str]:
    values = {}
    for each in texts:
        name, equals, value = each.partition("=")
        if not name:
            raise UsageError(f"--build-arg {each} is not KEY=VALUE", hint="as in --build-arg VERSION=1.2")
        if equals or name in os.environ:
            values[name] = value if equals else os.environ[name]
    return values


def _mended(
    texts: Mapping[str, str],
    reports: Mapping[str, Report],
    judge: Callable[[str, str], Report],
    write: bool,
    failures: list[Failure],
) -> int:
    """The diffs, or the files themselves changed; what was done is told on standard error."""
    from libccheck.cli import output
    from libccheck.cli.complaints import tell
    from libccheck.verdict import exit_status

    rest = [Report(__version__, (), tuple(failures))]
    done: list[str] = []
    for file, report in reports.items():
        changed, made = fixed(texts[file], report, partial(judge, file))
        if write and changed != texts[file]:
            _write(file, changed)
        elif not write:
            output.emit(difference(texts[file], changed, file))
        done += made
        rest.append(judge(file, changed) if made else report)
    for each in done:
        click.echo(f"fixed: {visible(each)}", err=True)
    if reports and not done:
        click.echo("nothing that can be mended with certainty", err=True)
    for failure in failures:
        tell(failure.subject, failure.message, failure.hint)
    return max(map(exit_status, rest))


def _write(file: str, text: str) -> None:
    try:
        with open(file, "w", encoding="utf-8", errors="surrogateescape", newline="") as opened:
            opened.write(text)
    except OSError as error:
        raise LibccheckError((error.strerror or str(error)).lower(), subject=file) from None
