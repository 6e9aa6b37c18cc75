"""The smallest base that `recommend` names really starts a published program, and the next smaller one does not.

The bases are real roots; the programs stand in them with all that their packages ship.
"""

from __future__ import annotations

import re
import shutil
from functools import cache, partial
from pathlib import Path

import pytest

from libccheck import open_image, read_program, recommend
from libccheck.copies import read_copy
from libccheck.images.layers import size
from libccheck.images.outlines import outline_of
from libccheck.libc import image_libc
from libccheck.model import Base, Process, Started
from tests import toolchains
from tests.extent import everything
from tests.published.listed import PACKAGES, QUICK
from tests.published.packages import largest
from tests.reality.reality import Reality, UnavailableError
from tests.reality.roots import ROOTS
from tests.reality.sample import dear, few

_LEAST = 60
_SAMPLE = 3
_MADE = ("static-busybox", "musl", "debian-bookworm", "debian-bullseye", "debian-trixie")
_GIVEN = re.compile(r"given-(alpine-minirootfs-3\.20|busybox-latest-(glibc|musl|uclibc))[\w.-]*")
_PLACE = "/app"
_PLATFORM = "linux/amd64"


def test_the_list_is_long_enough() -> None:
    assert len(set(PACKAGES)) >= _LEAST


@pytest.mark.parametrize("package", PACKAGES if everything() else few(QUICK, _SAMPLE, "recommended"))
def test_the_smallest_base_starts_it_and_the_next_smaller_one_does_not(
    package: str, reality: Reality, tmp_path: Path
) -> None:
    dear("a published program with the roots to choose from")
    try:
        path, room = largest(package)
        bases = _bases()
        below = path.relative_to(room)
        program = read_program(str(path))
        found = recommend(
            [program],
            bases.values(),
            at=f"{_PLACE}/{below}",
            copies=[read_copy(str(room), _PLACE)],
            user=f"{reality.user.uid}:{reality.user.gid}",
            with_changes=False,
            most=1,
        )
        layer = _layer(room, tmp_path)
        process = Process((f"{_PLACE}/{below}",), (("PATH", "/usr/bin:/bin"),), user=reality.user)
        execute = partial(reality.execute, path=f"{_PLACE}/{below}", process=process, word=None)
        for choice in found.choices:
            outcome = execute((layer, ROOTS.path(choice.tag.removesuffix(":1"))))
            assert isinstance(outcome, Started), (choice.tag, outcome)
        smaller = [each for each in found.passed if not found.choices or (each.size or 0) <= found.choices[0].base_size]
        for passed in smaller[-1:]:
            outcome = execute((layer, ROOTS.path(passed.tag.removesuffix(":1"))))
            assert not isinstance(outcome, Started), (passed, outcome)
        assert found.choices or smaller
    except (toolchains.MissingError, UnavailableError) as error:
        toolchains.missing(error)


def _layer(room: Path, place: Path) -> Path:
    """A layer in which the package lies as it is unpacked."""
    layer = place / "layer"
    (layer / "proc").mkdir(parents=True)
    place.chmod(0o755)
    shutil.copytree(room, layer / _PLACE[1:], symlinks=True)
    return layer


@cache
def _bases() -> dict[str, Base]:
    """By name: `empty` stands for scratch."""
    names = ["empty", *_MADE, *(each for each in ROOTS.roots if _GIVEN.fullmatch(each))]
    return {name: _base(name) for name in names}


def _base(name: str) -> Base:
    image = open_image(f"dir:{ROOTS.path(name)}", platform=_PLATFORM)
    loader = image_libc(image)
    family, version = (loader.family, loader.version or "") if loader else ("", "")
    outline = outline_of(image)
    return Base(f"{name}:1", _PLATFORM, size(image.tree), family, version, True, lambda: image, lambda: outline)
