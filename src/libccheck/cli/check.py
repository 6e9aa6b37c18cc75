"""`libccheck check`: programs against images."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module

import click

from libccheck import check as predict
from libccheck.cli import options
from libccheck.cli.gather import Sources, gather, loader
from libccheck.errors import UsageError
from libccheck.formats import REPORTS, Form
from libccheck.formats.paper import Paper
from libccheck.model import Base, Report
from libccheck.rules import SEVERITIES

_EPILOG = """\b
An IMAGE is scratch, or a name: of an image that the Docker engine holds, else
of the built-in catalog (alpine:3.20, debian:bookworm), else of a registry;
or a path that exists; or says where it is: docker:, podman:, registry:,
catalog:, docker-archive:PATH, oci:PATH, oci-archive:PATH, tar:, dir:.
"""


@click.command(epilog=_EPILOG)
@click.argument("programs", nargs=-1, required=True, metavar="PROGRAM...")
@click.option("-i", "--image", "images", multiple=True, metavar="IMAGE", help="An image to check against; repeatable.")
@options.placing
@click.option(
    "--loaded-by",
    metavar="PROGRAM",
    help="Judge libraries as this program would dlopen them: a path or name in the image, else a file of this machine.",
)
@click.option(
    "--host",
    metavar="FACTS",
    help="Where it will run, as isa=v2,kernel=4.19,page=64k,emulates=arm64. What it emulates may be followed by "
    "the emulator's path and the flags of its rule in binfmt_misc, as emulates=arm64:/usr/bin/qemu-aarch64-static:F.",
)
@options.sources
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="text, json, sarif, junit, github or markdown, to standard output or to a file; repeatable. github adds a "
    "summary to the file that GITHUB_STEP_SUMMARY names.",
)
@click.option(
    "--fail-on",
    metavar="SEVERITY",
    type=click.Choice([*reversed(SEVERITIES), "never"]),
    default="error",
    help="Exit status 1 from here on: error, warning, info or never. [default: error]",
)
@click.option("--strict", is_flag=True, help="Exit status 3 if a verdict is unclear.")
@click.option(
    "--remedies/--no-remedies", "with_remedies", default=None, help="Ways out, each proven. [default: for one pair]"
)
@click.option(
    "--verify",
    "with_verify",
    is_flag=True,
    help="Then really run each program, for 5 s at most, in a container of the image: no network, a root that "
    "cannot be written, no capabilities. Says whether the prediction held; it takes an engine.",
)
@click.option("--digest", is_flag=True, help="Add the sha256 of each program.")
@click.option("-v", "--verbose", is_flag=True, help="Every step, and the wordings of older releases.")
def check(
    programs: tuple[str, ...],
    images: tuple[str, ...],
    placing: options.Placing,
    loaded_by: str | None,
    host: str | None,
    sources: Sources,
    formats: tuple[str, ...],
    fail_on: str,
    strict: bool,
    with_remedies: bool | None,
    with_verify: bool,
    digest: bool,
    verbose: bool,
) -> int:
    """Predict whether each PROGRAM starts in each IMAGE.

    Nothing is run, unless --verify asks for it. The program is placed into the image's file tree, and what execve(2),
    the loader found there and its libraries would do is followed step by step.

    \b
      libccheck check ./httpd --image alpine:3.20
      libccheck check ./httpd --image alpine:3.20 --image debian:bookworm
      libccheck check ./app --image dir:rootfs --at /opt/bin/ --copy lib:/opt/lib
      libccheck check ./app --image scratch --format json
      libccheck check ./app -i scratch --format text --format sarif=out.sarif
      libccheck check ./plugin.so --loaded-by python3 --image dir:rootfs

    With --loaded-by it is loaded by its path in the image, RTLD_NOW, as Python does it; node, php and java: RTLD_LAZY.
    """
    if not images:
        raise UsageError(
            "no image to check against",
            hint=f"add --image alpine:3.20; which images would do tells: libccheck recommend {programs[0]}",
        )
    options.check_at(placing.at, programs)
    wanted = options.parse_formats(formats, REPORTS)
    options.check_verify(with_verify, {"--loaded-by": loaded_by, "--arg0": placing.arg0, "--host": host})
    given = gather(programs, images, placing.copies, sources._replace(documented=True), digest)
    report = predict(
        given.programs,
        given.images,
        copies=given.copies,
        **placing.run,
        loaded_by=None if loaded_by is None else loader(loaded_by),
        host=options.parse_host(host),
        failures=given.failures,
        bases=_bases(sources.catalogs) if with_remedies or (with_remedies is None and given.is_one_pair) else None,
    )
    if with_verify:
        from libccheck.verify import verify

        report = verify(report, given.copies)
    return _deliver(report, wanted, fail_on, strict, verbose)


def _bases(catalogs: Sequence[str]) -> Callable[[str], Iterable[Base]]:
    """The base images of a platform, looked up only where a check fails."""

    def of(platform: str) -> Iterable[Base]:
        from libccheck.images.bases import bases

        return bases(platform, catalogs)

    return of


def _deliver(report: Report, formats: list[options.Format], fail_on: str, strict: bool, verbose: bool) -> int:
    """Write the report in each format, tell the errors, and return the exit status."""
    from libccheck.cli import output
    from libccheck.verdict import exit_status

    for name, file in formats:
        form = REPORTS[name]
        output.emit(_written(report, form, output.paper(file)._replace(fail_on=fail_on), verbose), file)
        if form.beside is not None:
            variable, other = form.beside
            if os.environ.get(variable):
                output.add(_written(report, REPORTS[other], Paper(fail_on=fail_on), verbose), os.environ[variable])
    for each in report.errors:
        from libccheck.cli.complaints import tell

        tell(each.subject, each.message, each.hint)
    return exit_status(report, fail_on=fail_on, strict=strict)


def _written(report: Report, form: Form, paper: Paper, verbose: bool) -> str:
    text: str = import_module(form.module).render(report, paper, verbose=verbose)
    return text
