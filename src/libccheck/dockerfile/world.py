"""What a build takes from outside: arguments, platforms, the context, and base images as far as they are at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from libccheck.dockerfile.bases import BaseFacts
from libccheck.dockerfile.files import Context
from libccheck.dockerfile.stages import Platforms, Stage
from libccheck.imagined import c_library, program, static
from libccheck.libc import image_libc
from libccheck.machines import machine_number, platform_machine
from libccheck.model import Directory, Image
from libccheck.record import NamedTuple
from libccheck.tree import EMPTY, Tree

Open = Callable[[str, str], "Image | None"]
"""Gives the image of that name for that platform, None where it is not at hand."""


class World(NamedTuple):
    """escape: of the Dockerfile."""

    arguments: Mapping[str, str]
    platforms: Platforms
    context: Context | None
    open: Open
    escape: str


def platform_of(stage: Stage, world: World) -> str:
    return stage.platform or world.platforms.target


def opened(facts: BaseFacts, platform: str, world: World, *, runs: bool = True) -> tuple[Image | None, BaseFacts, bool]:
    """The image itself; else that which it is built on, of which it has all files.

    runs: whether its files matter. Of a builder it is enough to know what its name says, as far as that says anything.
    """
    wanted = facts.reference and (runs or facts.family is None)
    own = world.open(facts.reference, platform) if wanted else None
    if own is not None:
        libc = image_libc(own)
        family, version = (libc.family, libc.version or "") if libc else ("", "")
        return own, facts._replace(family=family, version=version or facts.version, whole=True), True
    image = (
        world.open(f"catalog:{facts.catalog}" if facts.catalog != "scratch" else "scratch", platform)
        if facts.catalog
        else None
    )
    return image, facts, facts.whole and image is not None


def known_tree(facts: BaseFacts, platform: str) -> Tree | None:
    """Of an image that is not at hand, what is known: its C library; a shell and env in every distribution."""
    machine = platform_machine(platform)
    if facts.family is None or machine_number(machine) is None:
        return None
    nodes = dict(c_library(machine, facts.family, facts.version)) if facts.family else {}
    tree = EMPTY.overlay(nodes)
    if facts.distribution not in ("distroless", "wolfi", "busybox", ""):
        shell = program(static(machine))
        tree = tree.overlay({"/bin/sh": shell, "/usr/bin/env": shell, "/tmp": Directory(0o1777, 0, 0)})  # noqa: S108
    return tree
