"""An entry of the catalog gives the verdicts of the root that it was made of."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from libccheck.images import open_image
from libccheck.images.catalog import FILE, Catalog
from libccheck.launch import launch
from libccheck.model import User
from libccheck.tree import Tree
from tests import toolchains
from tests.extent import everything
from tests.reality.compare import HOST
from tests.reality.layers import PLATFORM, Layers, TreeGround, remembering
from tests.reality.programs import PROGRAMS
from tests.reality.programs.foreign import NAMES
from tests.reality.roots import ROOTS, Roots, given_archives
from tests.reality.sample import few, near, size, some

_BUILT_IN = Path(sys.modules["libccheck"].__file__ or "").parent / "catalog" / FILE
_USER = User(65534, 65534)
_WITHOUT_VARIANTS = [each for each in near(ROOTS.roots) if everything() or not each.startswith("uclibc-ng-")]
_ROOTS = few(_WITHOUT_VARIANTS, size(10, len(_WITHOUT_VARIANTS)), "catalog")


def _by_archive() -> list[tuple[Path, str, str]]:
    """The archives that are here, with the name and platform of the built-in entry made of each."""
    archives = {hashlib.sha256(each.read_bytes()).hexdigest(): each for each in given_archives()}
    found = []
    for entry in Catalog(str(_BUILT_IN)).entries() if archives else ():
        provenance = open_image(f"catalog:{entry.name}", platform=entry.platform).provenance
        if provenance and provenance.sha256 in archives:
            found.append((archives[provenance.sha256], entry.name, entry.platform))
    return found


@pytest.mark.parametrize("root", _ROOTS)
def test_a_new_entry_gives_the_verdicts_of_its_root(root: str, roots: Roots, layers: Layers, tmp_path: Path) -> None:
    try:
        path = roots.path(root)
    except toolchains.MissingError as error:
        toolchains.missing(error)
    add = [
        "catalog",
        "add",
        f"made:{root}",
        "--from",
        f"dir:{path}",
        "--platform",
        PLATFORM,
        "--catalog",
        str(tmp_path),
    ]
    subprocess.run([sys.executable, "-m", "libccheck", *add], check=True, capture_output=True)
    entry = open_image(f"catalog:made:{root}", platform=PLATFORM, catalogs=[str(tmp_path)]).tree
    _same_verdicts(layers, open_image(f"dir:{path}", platform=PLATFORM).tree, entry, seed=root)


@pytest.mark.parametrize(("archive", "name", "platform"), _by_archive())
def test_a_built_in_entry_gives_the_verdicts_of_its_archive(
    archive: Path, name: str, platform: str, layers: Layers
) -> None:
    entry = open_image(f"catalog:{name}", platform=platform).tree
    _same_verdicts(layers, open_image(f"tar:{archive}", platform=platform).tree, entry, seed=name)


def _same_verdicts(layers: Layers, root: Tree, entry: Tree, seed: str) -> None:
    root, entry = remembering(root), remembering(entry)
    ground = TreeGround(root)
    compared = 0
    for name in some([each for each in PROGRAMS if not each.startswith(tuple(NAMES))], seed):
        program = PROGRAMS[name]
        process = program.process(_USER)
        try:
            trees = [layers.on(tree, name, ground) for tree in (root, entry)]
        except toolchains.MissingError:
            continue
        assert launch(trees[1], program.path, process, HOST) == launch(trees[0], program.path, process, HOST), name
        compared += 1
    assert compared
