"""A way out for a program of another machine: the base image for that machine."""

from __future__ import annotations

from libccheck.machines import PLATFORMS, machine_name
from libccheck.model import Finding
from libccheck.remedy.base import family_of
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command
from libccheck.remedy.offer import IMAGE, Offer, offered

_MOST_TRIED = 6


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    """The same image for the program's machine, if a catalog has it, else the smallest base that starts the program.

    So too for a 32-bit program on a 64-bit image that has no 32-bit loader.
    """
    elf = case.check.program.content.elf
    platform = platform_of(machine_name(elf)) if elf is not None else None
    if platform is None or platform == case.check.image.platform or finding.code not in ("LC101", "LC102", "LC103"):
        return ()
    wanted = family_of(case)
    bases = case.to_build_on(platform)
    same = [each for each in case.bases(platform) if each.name == case.check.image.reference]
    current = [each for each in bases if each.current and wanted in (None, each.libc)]
    for base in (same + current)[:_MOST_TRIED]:
        found = offered(
            IMAGE,
            f"run it on {base.tag} for {platform}",
            [command("from-platform", platform=platform, reference=base.tag)],
            case.on_base(case.check.program, base.open()),
            f"predicted for {base.tag} on a host of that platform",
            growth=(base.size or 0) - (case.check.image.size or 0),
        )
        if found:
            return found
    return ()


def platform_of(machine: str) -> str | None:
    """Docker's name of a machine: "aarch64" gives "linux/arm64"."""
    own = {"armhf": "linux/arm/v7", "arm": "linux/arm/v5", "aarch64": "linux/arm64"}
    return own.get(machine) or next((name for name, each in PLATFORMS.items() if each == machine), None)
