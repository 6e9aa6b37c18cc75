"""Will what this Dockerfile builds start in its last stage? Read without building anything.

report = check_dockerfile(text, file="Dockerfile", context=context, open_base=open_base)
report.checks[0].findings
"""

from __future__ import annotations

from collections.abc import Mapping

from libccheck import __version__
from libccheck.dockerfile.files import Context
from libccheck.dockerfile.instructions import parse
from libccheck.dockerfile.judging import checks_of, image_of
from libccheck.dockerfile.lines import DockerfileError, decoded
from libccheck.dockerfile.situation import Situation
from libccheck.dockerfile.stages import Platforms, stages_of, target_of
from libccheck.dockerfile.walk import built_stages
from libccheck.dockerfile.world import Open, World, platform_of
from libccheck.machines import platform_machine
from libccheck.model import Config, Host, Report

__all__ = ["Context", "DockerfileError", "Open", "check_dockerfile", "decoded"]


def check_dockerfile(
    text: str,
    *,
    file: str,
    open_base: Open,
    context: Context | None = None,
    target: str | None = None,
    arguments: Mapping[str, str] | None = None,
    platform: str | None = None,
    build_platform: str = "linux/amd64",
) -> Report:
    """One check a program of the target stage; findings name the lines of `file` that they are about.

    open_base: gives a base image by its name and platform, None where it is not at hand; then what is known by its name
    has to do. context: the build context, None where there is none. arguments: as by --build-arg. Raises
    DockerfileError for a file that no builder takes, UsageError for a target that is not in it.
    """
    parsed = parse(text)
    platforms = Platforms(build_platform, platform or build_platform)
    stages = stages_of(parsed, arguments or {}, platforms)
    wanted = target_of(stages, target)
    world = World(arguments or {}, platforms, context, open_base, parsed.escape)
    built = built_stages(stages, wanted, world)
    last = built[wanted.number]
    config = Config(
        last.entrypoint.words if last.entrypoint else (),
        last.cmd.words if last.cmd else (),
        tuple(last.env.items()),
        last.user,
        last.workdir,
    )
    reach = platform_of(wanted, world)
    image = image_of(last.base.reference, last.image, reach, config, last.files.tree())
    host = Host(platform_machine(platforms.target))
    situation = Situation(file, last, built, image, host)
    return Report(__version__, checks_of(situation), ())
