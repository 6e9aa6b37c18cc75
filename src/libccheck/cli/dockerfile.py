"""`libccheck dockerfile`: the stages of a Dockerfile before they are built."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING

import click

from libccheck import __version__
from libccheck.checking import failure_of
from libccheck.cli import options
from libccheck.cli.delivering import Wanted, deliver
from libccheck.cli.gather import Sources
from libccheck.dockerfile import Context, check_dockerfile, decoded
from libccheck.dockerfile.fixes import difference, fixed
from libccheck.errors import LibccheckError, UsageError
from libccheck.formats import REPORTS
from libccheck.formats.visible import visible
from libccheck.model import Failure, Image, Report
from libccheck.record import NamedTuple
from libccheck.rules import SEVERITIES

if TYPE_CHECKING:
    from libccheck.config import Built

_MOST_BYTES = (1 << 20) + 1


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option(
    "--context", "directory", metavar="DIR", help="The build context. [default: the directory of FILE, if it is not -]"
)
@click.option("--target", metavar="STAGE", help="The stage that is built, by name or number. [default: the last]")
@click.option("--build-arg", "arguments", multiple=True, metavar="KEY[=VALUE]", help="Set an ARG; repeatable.")
@options.sources
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="text, json, sarif, junit, github or markdown, to standard output or to a file, as for check; repeatable.",
)
@click.option(
    "--fail-on",
    metavar="SEVERITY",
    type=click.Choice([*reversed(SEVERITIES), "never"]),
    default="error",
    help="Exit status 1 from here on: error, warning, info or never. [default: error]",
)
@click.option("--pull", is_flag=True, help="Ask registries for bases that neither engine nor catalog holds.")
@click.option("--strict", is_flag=True, help="Exit status 3 if a verdict is unclear.")
@click.option("--exit-zero", is_flag=True, help="Exit status 0 whatever is found; errors keep theirs.")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on standard output; reports go to files only.")
@click.option("--fix", is_flag=True, help="Print what certainly mends it, as a diff, instead of the report.")
@click.option("--write", is_flag=True, help="With --fix, change FILE itself.")
def dockerfile(
    files: tuple[str, ...],
    directory: str | None,
    target: str | None,
    arguments: tuple[str, ...],
    sources: Sources,
    formats: tuple[str, ...],
    fail_on: str,
    pull: bool,
    strict: bool,
    exit_zero: bool,
    quiet: bool,
    fix: bool,
    write: bool,
) -> int:
    """Predict whether what each FILE builds starts in its last stage.

    Nothing is built or run. The stages are read as BuildKit reads them, each program is followed from the RUN line that
    makes it to the stage that runs it; with the sources in the build context it shows whether it needs a C library.
    Bases are those of the engine or the catalog; of others counts what is known of them by their names.
    FILE may be -, standard input; without one it is Dockerfile.

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
    wanted = Wanted(options.parse_formats(formats, REPORTS), fail_on, strict, exit_zero, quiet)
    given = dict.fromkeys(files or ("Dockerfile",))
    values = _arguments(arguments)
    contexts = {file: _context(file, directory) for file in given}
    how = _How(target, values, _platform(sources.platform), _opening(sources, pull))

    def judge(file: str, text: str) -> Report:
        return how.judged(file, text, contexts[file])

    texts: dict[str, str] = {}
    reports: dict[str, Report] = {}
    failures: list[Failure] = []
    for file in given:
        try:
            texts[file] = _read(file)
            reports[file] = judge(file, texts[file])
        except UsageError as error:
            error.subject = error.subject or file
            raise
        except LibccheckError as error:
            failures.append(failure_of(error, file))
    if fix:
        return _mended(texts, reports, judge, write, failures)
    checks = tuple(check for each in reports.values() for check in each.checks)
    status = deliver(Report(__version__, checks, tuple(failures), sources=texts), wanted)
    if wanted.for_people:
        _tell_fixes(texts, reports, judge)
    return status


def _tell_fixes(texts: Mapping[str, str], reports: Mapping[str, Report], judge: Callable[[str, str], Report]) -> None:
    """What --fix would do, for those who have not asked for it."""
    from libccheck.cli.complaints import note
    from libccheck.verdict import fails

    for file, report in reports.items():
        if any(fails(check, "error") for check in report.checks):
            for title in fixed(texts[file], report, partial(judge, file))[1]:
                note(f"{file + ' ' if len(reports) > 1 else ''}with --fix: {title}")


def look(file: str, shown: str, directory: str, built: Built) -> Report:
    """The report on the Dockerfile of a configuration, which is called as `shown` says. Raises LibccheckError."""
    platform = _platform(built.platform)
    how = _How(built.target, built.arguments, platform, _opening(Sources(platform=platform), built.pull))
    text = _read(file)
    try:
        return how.judged(shown, text, _context(file, directory))._replace(sources={shown: text})
    except LibccheckError as error:
        error.subject = error.subject or shown
        raise


class _How(NamedTuple):
    """What is said of all Dockerfiles of one call."""

    target: str | None
    arguments: Mapping[str, str]
    platform: str | None
    open_base: Callable[[str, str], Image | None]

    def judged(self, file: str, text: str, context: Context | None) -> Report:
        return check_dockerfile(
            text,
            file=file,
            open_base=self.open_base,
            context=context,
            target=self.target,
            arguments=self.arguments,
            platform=self.platform,
            build_platform=_build_platform(),
        )


def _arguments(texts: tuple[str, ...]) -> dict[str, str]:
    values = {}
    for each in texts:
        name, equals, value = each.partition("=")
        if not name:
            raise UsageError(f"--build-arg {each} is not KEY=VALUE", hint="as in --build-arg VERSION=1.2")
        if equals or name in os.environ:
            values[name] = value if equals else os.environ[name]
    return values


def _context(file: str, directory: str | None) -> Context | None:
    """Without --context the directory of the file, as `docker build -f FILE DIR` mostly has it."""
    if directory is None and file == "-":
        return None
    from libccheck.contexts import DirectoryContext

    place = directory if directory is not None else os.path.dirname(file) or "."
    if directory is not None and not os.path.isdir(place):
        raise UsageError(f"--context {place} is not a directory")
    own = f"{file}.dockerignore"
    return DirectoryContext(place, own if os.path.isfile(own) else None)


def _read(file: str) -> str:
    import sys

    try:
        if file == "-":
            data = sys.stdin.buffer.read(_MOST_BYTES)
        else:
            descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            with open(descriptor, "rb") as opened:
                data = opened.read(_MOST_BYTES) or b""
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise LibccheckError(f"cannot read {file}: {reason}", subject=file, hint="check the path of the file") from None
    try:
        return decoded(data)
    except LibccheckError as error:
        error.subject = file
        raise


def _platform(wanted: str | None) -> str | None:
    from libccheck.images.platforms import normal

    if wanted == "all":
        raise UsageError("--platform all is not for a Dockerfile", hint="name one, as linux/arm64")
    return normal(wanted) if wanted else None


def _build_platform() -> str:
    from libccheck.images.platforms import host

    return host()


def _opening(sources: Sources, pull: bool) -> Callable[[str, str], Image | None]:
    """A base by its name: of the engine if it holds it, else of the catalog; of a registry only where told so."""
    from libccheck.images.sockets import holds

    @cache
    def opened(reference: str, platform: str) -> Image | None:
        names = [reference]
        if reference != "scratch" and not reference.startswith("catalog:"):
            names = [f"catalog:{reference}", *([f"registry:{reference}"] if pull else [])]
            names = [f"docker:{reference}"] if holds(reference) else names
        for each in names:
            try:
                return sources._replace(platform=platform).images(each)[0]
            except LibccheckError:
                continue
        return None

    return opened


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
