"""`libccheck check`: programs against images."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from libccheck import check as predict
from libccheck.cli import demands, options
from libccheck.cli.delivering import Wanted, deliver
from libccheck.cli.gather import Sources, gather, loader
from libccheck.errors import UsageError
from libccheck.formats import REPORTS
from libccheck.model import Base, Failure, Image, Program, Report
from libccheck.rules import SEVERITIES

if TYPE_CHECKING:
    from libccheck.policy import Policy

_EPILOG = """\b
An IMAGE is scratch, or a name: of an image that the Docker engine holds, else
of the built-in catalog (alpine:3.20, debian:bookworm), else of a registry;
or a path that exists; or says where it is: docker:, podman:, registry:,
catalog:, docker-archive:PATH, oci:PATH, oci-archive:PATH, tar:, dir:.
"""


@click.command(epilog=_EPILOG)
@click.argument("programs", nargs=-1, required=True, metavar="PROGRAM...")
@click.option("-i", "--image", "images", multiple=True, metavar="IMAGE", help="An image to check against; repeatable.")
@click.option(
    "--against", metavar="IMAGE", help="The image whose place it takes: tell what newly fails and what is fixed."
)
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
@demands.demands
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
    type=click.Choice([*reversed(SEVERITIES), "regression", "never"]),
    default="error",
    help="Exit status 1 from here on: error, warning, info, regression (with --against) or never. [default: error]",
)
@click.option("--strict", is_flag=True, help="Exit status 3 if a verdict is unclear.")
@click.option(
    "--remedies/--no-remedies", "with_remedies", default=None, help="Ways out, each proven. [default: for one pair]"
)
@click.option("--all-remedies", is_flag=True, help="Show every way out, not only the best few.")
@click.option(
    "--verify",
    "with_verify",
    is_flag=True,
    help="Then really run each program, for 5 s at most, in a container of the image: no network, a root that "
    "cannot be written, no capabilities. Says whether the prediction held; it takes an engine.",
)
@click.option("--digest", is_flag=True, help="Add the sha256 of each program.")
@click.option("--exit-zero", is_flag=True, help="Exit status 0 whatever is found; errors keep theirs.")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on standard output; reports go to files only.")
@click.option("-v", "--verbose", is_flag=True, help="Every step, and the wordings of older releases.")
def check(
    programs: tuple[str, ...],
    images: tuple[str, ...],
    against: str | None,
    placing: options.Placing,
    loaded_by: str | None,
    host: str | None,
    sources: Sources,
    formats: tuple[str, ...],
    fail_on: str,
    strict: bool,
    with_remedies: bool | None,
    all_remedies: bool,
    with_verify: bool,
    digest: bool,
    exit_zero: bool,
    quiet: bool,
    demanded: demands.Demands,
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
      libccheck check ./app -i debian:trixie --against debian:bookworm
      libccheck check dist/ --max-glibc 2.28 --deny-needed 'libssl.*'
      libccheck check app-1.0-cp312-cp312-linux_x86_64.whl --policy manylinux_2_28

    --policy, --max-glibc and the like are demands on the programs alone, with an image or without one; without one a
    directory, a glob or an archive stands for every program in it.

    With --loaded-by it is loaded by its path in the image, RTLD_NOW, as Python does it; node, php and java: RTLD_LAZY.
    """
    if not images and not demanded.given:
        raise UsageError(
            "no image to check against",
            hint=f"add --image alpine:3.20; which images would do tells: libccheck recommend {programs[0]}",
        )
    if fail_on == "regression" and against is None:
        raise UsageError("--fail-on regression compares two images", hint="add --against OLD-IMAGE")
    if (against is not None or with_verify) and not images:
        raise UsageError(f"{'--against' if against else '--verify'} takes an image", hint="name it with --image")
    if all_remedies and with_remedies is False:
        raise UsageError("--all-remedies and --no-remedies contradict each other")
    policy = demands.parse(demanded) if demanded.given else None
    options.check_at(placing.at, programs)
    wanted = Wanted(options.parse_formats(formats, REPORTS), fail_on, strict, exit_zero, quiet, verbose, all_remedies)
    if policy is not None and not images:
        return deliver(_judged(programs, policy, digest), wanted)
    options.check_verify(with_verify, {"--loaded-by": loaded_by, "--arg0": placing.arg0, "--host": host})
    sources = sources._replace(documented=True)
    given = gather(programs, images, placing.copies, sources, digest)
    checked: Callable[..., Report] = partial(
        predict,
        given.programs,
        copies=given.copies,
        **placing.run,
        loaded_by=None if loaded_by is None else loader(loaded_by),
        host=options.parse_host(host),
    )
    with_remedies = all_remedies or given.is_one_pair if with_remedies is None else with_remedies
    ways_out = {"bases": _bases(sources.catalogs), "packages": _packages} if with_remedies else {}
    report = checked(given.images, failures=given.failures, **ways_out)
    if against is not None:
        report = _compared(report, checked, against, sources)
    if with_verify:
        from libccheck.verify import verify

        report = verify(report, given.copies)
    if policy is not None:
        from libccheck.policy import judge

        report = report._replace(judgments=judge(given.programs, policy))
    return deliver(report, wanted)


def _compared(report: Report, checked: Callable[..., Report], against: str, sources: Sources) -> Report:
    """With what is new against the other image; what could not be looked at there is an error of the report."""
    from libccheck.changes import against as changed

    old = gather((), (against,), (), sources, digest=False)
    before = checked(old.images, failures=old.failures)
    errors = dict.fromkeys((*report.errors, *before.errors))
    return report._replace(checks=changed(report.checks, before.checks), errors=tuple(errors))


def _judged(programs: Sequence[str], policy: Policy, digest: bool) -> Report:
    """Without an image directories, globs and archives stand for the programs in them."""
    from libccheck import __version__
    from libccheck.artifacts import expand
    from libccheck.policy import judge

    failures: list[Failure] = []

    def readable() -> Iterator[Program]:
        for each in expand(programs, digest=digest):
            if isinstance(each, Failure):
                failures.append(each)
            else:
                yield each

    judgments = judge(readable(), policy)
    return Report(__version__, (), tuple(failures), judgments)


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
