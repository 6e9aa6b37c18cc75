"""Names on the command line to values; what cannot be had is told in the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from libccheck import open_image, read_program
from libccheck.checking import failure_of
from libccheck.errors import LibccheckError
from libccheck.model import Failure, Image, Program
from libccheck.placement import Copy
from libccheck.record import NamedTuple

_Value = TypeVar("_Value")


class Gathered(NamedTuple):
    programs: Sequence[Program]
    images: Sequence[Image]
    copies: Sequence[Copy]
    failures: Sequence[Failure]

    @property
    def is_one_pair(self) -> bool:
        return len(self.programs) == len(self.images) == 1


def gather(
    programs: Sequence[str],
    images: Sequence[str],
    copies: Sequence[tuple[str, str]],
    platform: str | None,
    catalogs: Sequence[str],
    digest: bool,
) -> Gathered:
    """Read all that is named, each name once. Without one of the copies no verdict would be right, so there is none."""
    failures: list[Failure] = []
    read = _values(programs, partial(read_program, digest=digest), failures)
    opened = _values(images, partial(open_image, platform=platform, catalogs=catalogs), failures)
    if not copies:
        return Gathered(read, opened, (), failures)
    from libccheck.copies import read_copy

    sources = {f"{source}:{destination}": (source, destination) for source, destination in copies}
    copied = _values(list(sources), lambda key: read_copy(*sources[key]), failures)
    return Gathered(read if len(copied) == len(sources) else (), opened, copied, failures)


def _values(names: Sequence[str], make: Callable[[str], _Value], failures: list[Failure]) -> list[_Value]:
    values = []
    for name in dict.fromkeys(names):
        try:
            values.append(make(name))
        except LibccheckError as error:
            failures.append(failure_of(error, name))
    return values
