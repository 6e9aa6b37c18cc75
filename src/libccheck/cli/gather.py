"""Names on the command line to values; what cannot be had is told in the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from libccheck import read_program
from libccheck.checking import failure_of
from libccheck.errors import LibccheckError
from libccheck.images import open_images
from libccheck.model import Failure, Image, Program
from libccheck.placement import Copy, LoadedBy
from libccheck.record import NamedTuple

_Value = TypeVar("_Value")


class Sources(NamedTuple):
    """Which images are meant and how they are opened, as the options of a command say.

    platforms: several, instead of `platform`. shown: how references are called that are not shown as they are opened.
    """

    platform: str | None = None
    catalogs: Sequence[str] = ()
    cached: bool = True
    insecure: Sequence[str] = ()
    documented: bool = False
    platforms: Sequence[str] = ()
    shown: Mapping[str, str] = {}

    def images(self, reference: str) -> tuple[Image, ...]:
        """One, or one for each platform, called as `shown` has it; progress is shown where somebody watches."""
        from libccheck.cli.meter import meter

        with meter(reference) as progress:
            opened = [
                each
                for platform in self.platforms or (self.platform,)
                for each in open_images(
                    reference,
                    platform=platform,
                    catalogs=self.catalogs,
                    cached=self.cached,
                    insecure=self.insecure,
                    progress=progress,
                    documented=self.documented,
                )
            ]
        return tuple(
            each._replace(reference=self.shown[reference]) if reference in self.shown else each for each in opened
        )


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
    sources: Sources,
    digest: bool,
    expanded: Callable[[bool], Iterable[Program | Failure]] | None = None,
) -> Gathered:
    """Read all that is named, each name once. Without one of the copies no verdict would be right, so there is none.

    expanded: gives what the names of programs stand for, where that is more than one program each.
    """
    failures: list[Failure] = []
    if expanded is None:
        read = _values(programs, partial(read_program, digest=digest), failures)
    else:
        found = list(expanded(digest))
        failures += [each for each in found if isinstance(each, Failure)]
        read = [each for each in found if isinstance(each, Program)]
    opened = [each for several in _values(images, sources.images, failures) for each in several]
    if not copies:
        return Gathered(read, opened, (), failures)
    from libccheck.copies import read_copy

    wanted = {f"{source}:{destination}": (source, destination) for source, destination in copies}
    copied = _values(list(wanted), lambda key: read_copy(*wanted[key]), failures)
    return Gathered(read if len(copied) == len(wanted) else (), opened, copied, failures)


def loader(name: str) -> LoadedBy:
    """The program that loads a library; whether it is in an image shows only there."""
    try:
        return LoadedBy(name, read_program(name))
    except LibccheckError:
        return LoadedBy(name, None)


def _values(names: Sequence[str], make: Callable[[str], _Value], failures: list[Failure]) -> list[_Value]:
    values = []
    for name in dict.fromkeys(names):
        try:
            values.append(make(name))
        except LibccheckError as error:
            failures.append(failure_of(error, name))
    return values
