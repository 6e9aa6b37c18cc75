"""`libccheck check`: programs against images."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from libccheck.cli import demands, options
from libccheck.cli.delivering import configuration, settle_and_deliver, wanted
from libccheck.cli.gather import Sources
from libccheck.cli.jobs import Job, Manner, done
from libccheck.cli.reporting import Reporting, reporting
from libccheck.errors import UsageError

if TYPE_CHECKING:
    from libccheck.config import Config

_EPILOG = """\b
An IMAGE is scratch, or a name: of an image that the Docker engine holds, else
of the built-in catalog (alpine:3.20, debian:bookworm), else of a registry;
or a path that exists; or says where it is: docker:, podman:, registry:,
catalog:, docker-archive:PATH, oci:PATH, oci-archive:PATH, tar:, dir:.
"""


@click.command(epilog=_EPILOG)
@click.argument("programs", nargs=-1, metavar="[PROGRAM]...")
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
@reporting
@click.option("--no-config", is_flag=True, help="Leave the project's configuration out.")
@click.pass_context
def check(
    context: click.Context,
    programs: tuple[str, ...],
    images: tuple[str, ...],
    against: str | None,
    placing: options.Placing,
    loaded_by: str | None,
    host: str | None,
    sources: Sources,
    with_remedies: bool | None,
    with_verify: bool,
    digest: bool,
    demanded: demands.Demands,
    reported: Reporting,
    no_config: bool,
) -> int:
    """Predict whether each PROGRAM starts in each IMAGE.

    What is not said here is taken from the project's configuration, if there is one: .libccheck.toml, or
    [tool.libccheck] of pyproject.toml. Without PROGRAM its checks are done.

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
    asked = Job(programs, images, placing, sources, demanded, loaded_by, host, against)
    config = configuration(no_config or bool(context.obj))
    jobs, whole = [asked], not programs
    if config is not None:
        from libccheck.cli import configured

        jobs = configured.jobs(config, asked)
        whole = whole and not config.dockerfiles and configured.is_plain(asked)
    check_usage(jobs, reported, config, with_verify)
    if reported.all_remedies and with_remedies is False:
        raise UsageError("--all-remedies and --no-remedies contradict each other")
    shown = wanted(reported, config)
    with_remedies = True if reported.all_remedies else with_remedies
    report = done(jobs, Manner(with_remedies, with_verify, digest))
    return settle_and_deliver(report, shown, reported, config, whole=whole)


def check_usage(jobs: Sequence[Job], reported: Reporting, config: Config | None, with_verify: bool = False) -> None:
    """What cannot be done, before anything is read."""
    fail_on = reported.fail_on or (config.fail_on if config else None)
    if fail_on == "regression" and not any(job.against for job in jobs):
        raise UsageError("--fail-on regression compares two images", hint="add --against OLD-IMAGE")
    for job in jobs:
        if not job.programs:
            raise UsageError("missing argument PROGRAM...", hint="see libccheck check --help")
        if (job.against is not None or with_verify) and not job.images:
            raise UsageError(
                f"{'--against' if job.against else '--verify'} takes an image", hint="name it with --image"
            )
        if not job.images and not job.demanded.given:
            raise UsageError("no image to check against", hint=_instead(job.programs[0]))
        options.check_at(job.placing.at, job.programs)
        unlike = {"--loaded-by": job.loaded_by, "--arg0": job.placing.arg0, "--host": job.host}
        options.check_verify(with_verify, unlike)


def _instead(name: str) -> str:
    """What was perhaps meant, where there is no image: a Dockerfile, or an image in the place of a program."""
    if "dockerfile" in os.path.basename(name).lower():
        return f"to check what it builds: libccheck dockerfile {name}"
    if not os.path.exists(name):
        return f"{name} is no file here; what an image offers tells: libccheck probe {name}"
    return f"add --image alpine:3.20; which images would do tells: libccheck recommend {name}"
