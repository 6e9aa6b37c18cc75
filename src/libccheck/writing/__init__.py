"""A Dockerfile for a way that a recommendation names: built by the program's own toolchain, run on a small base.

written = write_dockerfile(found, Wishes("/httpd", (), (), "65532:65532", None), change=None, open_base=open_base)
print(written.text)
"""

from __future__ import annotations

from collections.abc import Iterator

from libccheck.dockerfile import Open, check_dockerfile
from libccheck.errors import LibccheckError, UsageError
from libccheck.libc import image_libc
from libccheck.model import Image, Started
from libccheck.recommending import Recommendation
from libccheck.remedy.commands import is_builder, is_instruction
from libccheck.verdict import exit_status
from libccheck.writing.building import as_built, by_command
from libccheck.writing.composing import composed
from libccheck.writing.given import given
from libccheck.writing.values import Builder, Way, Wishes, Written

__all__ = ["Wishes", "Written", "write_dockerfile"]

_OF_COPY = "chmod "
"""How commands begin that the --chmod of a COPY line stands for."""


def write_dockerfile(found: Recommendation, wishes: Wishes, *, change: int | None, open_base: Open) -> Written:
    """For the first choice; where there is none, or `change` says so (1 is the first), for that change.

    The program is built again where it shows how, else copied as it is; either is put through `check_dockerfile`, and
    what is returned passes. open_base: gives a base by its name and platform, None where it is not at hand.
    Raises UsageError for a change that is not there, LibccheckError where no Dockerfile can be written.
    """
    (program,) = found.programs
    way = _way(found, change, open_base)
    for builder in _builders(found, way):
        written = composed(program, way, builder, wishes)
        if _passes(written, found, wishes, open_base):
            return written
    raise LibccheckError(
        f"no Dockerfile can be written for this: {way.title}", hint="--change N takes another way, 1 the smallest"
    )


def _way(found: Recommendation, change: int | None, open_base: Open) -> Way:
    if change is not None and not 0 < change <= len(found.changes):
        count = len(found.changes)
        known = f"there {'is' if count == 1 else 'are'} {count or 'none'}"
        raise UsageError(
            f"there is no change {change} to write a Dockerfile for",
            hint=f"{known}, as libccheck recommend shows",
        )
    if change is None and found.choices:
        choice = found.choices[0]
        loader, has_users = image_libc(choice.image), _has_users(choice.image)
        title = "as it is built now"
        return Way(title, choice.tag, choice.tag, loader, (), (), choice.lacks, found.platform, has_users)
    if not found.changes:
        raise LibccheckError("no image is known that starts it, with a change or without: there is nothing to write")
    chosen = found.changes[(change or 1) - 1]
    told = tuple(each for each in chosen.commands if not is_builder(each))  # which is found by the loader
    copies = tuple(each for each in told if is_instruction(each))
    commands = tuple(each for each in told if each not in copies and not each.startswith(_OF_COPY))
    donor = found.choices[0].tag if copies else chosen.tag
    image = found.choices[0].image if copies else open_base(chosen.tag, found.platform)
    if image is None:
        raise LibccheckError(f"the image {chosen.tag} is not at hand")
    base = image if donor == chosen.tag else open_base(chosen.tag, found.platform)
    has_users = base is not None and _has_users(base)
    loader = image_libc(image)
    return Way(chosen.title, chosen.tag, donor, loader, commands, copies, chosen.lacks, found.platform, has_users)


def _has_users(image: Image) -> bool:
    return image.tree.resolve("/etc/passwd").errno is None


def _builders(found: Recommendation, way: Way) -> Iterator[Builder | None]:
    """How it may be built, the best first; None is not at all."""
    (program,) = found.programs
    if len(way.commands) == 1:
        built = by_command(program, way)
        yield from () if built is None else (built,)
    elif not way.commands:
        built = as_built(program, way)
        yield from () if built is None else (built,)
        yield None


def _passes(written: Written, found: Recommendation, wishes: Wishes, open_base: Open) -> bool:
    report = check_dockerfile(
        written.text,
        file="Dockerfile",
        open_base=open_base,
        context=given(found.programs[0], wishes.copies),
        platform=found.platform,
        build_platform=found.platform,
    )
    started = bool(report.checks) and all(isinstance(each.launch.outcome, Started) for each in report.checks)
    return started and exit_status(report, fail_on="warning") == 0
