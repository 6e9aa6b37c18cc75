"""`recommend --dockerfile`: what is asked for, and where it goes."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import partial

import click

from libccheck.cli.options import Placing
from libccheck.errors import LibccheckError, UsageError
from libccheck.formats.visible import visible
from libccheck.model import Image
from libccheck.placement import Copy, place_of
from libccheck.recommending import Recommendation
from libccheck.record import NamedTuple
from libccheck.writing import Wishes, Written, write_dockerfile

_NUMBERS = re.compile(r"\d{1,10}(:\d{1,10})?\Z", re.ASCII)
_NAMES = ("Dockerfile", ".dockerignore")


class Wish(NamedTuple):
    """change: its number, None for the first choice; directory: where the files go, None for standard output.

    user: who runs the program, in numbers.
    """

    change: int | None
    directory: str | None
    force: bool
    user: str = "65532:65532"  # nobody in particular, as distroless has it

    def write(
        self, found: Recommendation, placing: Placing, copies: Sequence[Copy], catalogs: Sequence[str]
    ) -> Written:
        """The Dockerfile; it is in its directory, if one was named."""
        place = place_of(found.programs[0].path, placing.at, placing.workdir or "/")
        wishes = Wishes(place, tuple(copies), tuple(placing.env.items()), placing.user or self.user, placing.workdir)
        written = write_dockerfile(found, wishes, change=self.change, open_base=partial(_open, catalogs))
        if self.directory is not None:
            _into(self.directory, written, self.force)
        return written


def wish(change: int | None, directory: str | None, force: bool, programs: tuple[str, ...], placing: Placing) -> Wish:
    """Raises UsageError for what does not go together."""
    if force and directory is None:
        raise UsageError("--force goes with --output DIR")
    if len(set(programs)) > 1:
        raise UsageError("a Dockerfile is for one program", hint="name the one that the container starts")
    if placing.arg0 is not None:
        raise UsageError("a Dockerfile cannot say --arg0")
    if placing.user is not None and not _NUMBERS.match(placing.user):
        raise UsageError(
            f"--user {placing.user} is not in numbers", hint="a minimal image knows no names: --user 65532:65532"
        )
    return Wish(change, directory, force)


def _into(directory: str, written: Written, force: bool) -> None:
    texts = dict(zip(_NAMES, (written.text, written.ignore), strict=True))
    there = next((name for name in texts if not force and os.path.lexists(os.path.join(directory, name))), None)
    if there is not None:
        path = os.path.join(directory, there)
        raise LibccheckError("is there already", subject=path, hint="--force replaces it")
    for name, text in texts.items():
        path = os.path.join(directory, name)
        try:
            with open(path, "w" if force else "x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise LibccheckError((error.strerror or str(error)).lower(), subject=path) from None
        click.echo(f"wrote {visible(path)}", err=True)


def _open(catalogs: Sequence[str], reference: str, platform: str) -> Image | None:
    """A base out of the catalog, whichever way it is named."""
    from libccheck.images import open_image

    name = reference if reference == "scratch" or reference.startswith("catalog:") else f"catalog:{reference}"
    try:
        return open_image(name, platform=platform, catalogs=catalogs)
    except LibccheckError:
        return None
