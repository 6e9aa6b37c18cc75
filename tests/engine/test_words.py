"""Programs in real containers: exit status and every word are what was predicted for them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import pytest

from libccheck.launch import launch
from libccheck.model import Image
from tests import toolchains
from tests.engine.compare import HOST, Ran, Runtime, disagreement, process
from tests.engine.engine import Engine
from tests.engine.podman import Podman
from tests.engine.programs import PATH, PATHS, ROOTS, lay_out
from tests.engine.tally import SEEN, Demand
from tests.reality.roots import Roots

_CODES = tuple(f"LC{number}" for number in range(100, 110))
_OF_PODMAN = ("static-busybox", "minimal-host")
SEEN.demand("docker", Demand(len(PATHS) * len(ROOTS), 60, _CODES))


class _Runner(Protocol):
    def import_root(self, roots: Sequence[Path], name: str, changes: Sequence[str] = ()) -> None: ...
    def run(self, image: str, *, entrypoint: str) -> Ran: ...
    def runtime(self) -> Runtime: ...
    def opened(self, image: str) -> Image: ...


class Containers:
    """Every path in every root, run by one engine on all processors beforehand; and the trees that they ran in."""

    def __init__(self, runner: _Runner, roots: Roots, layer: Path, names: Sequence[str]) -> None:
        self.runtime = runner.runtime()
        images = {root: f"localhost/libccheck/{root}:test" for root in names}
        for root, image in images.items():
            runner.import_root((roots.path(root), layer), image, (f"ENV PATH={PATH}",))
        self._trees = {root: runner.opened(image).tree for root, image in images.items()}
        pairs = [(root, path) for root in names for path in PATHS]
        with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
            ran = pool.map(lambda pair: runner.run(images[pair[0]], entrypoint=pair[1]), pairs)
            self._ran = dict(zip(pairs, ran, strict=True))

    def check(self, root: str, path: str) -> None:
        inherited = process(path)
        predicted = launch(self._trees[root], path, inherited, HOST)
        problem = disagreement(predicted, inherited, self._ran[root, path], self.runtime)
        SEEN.add(self.runtime.engine, predicted, equal=not problem)
        assert not problem


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """All programs, to lie over each root."""
    directory = tmp_path_factory.mktemp("layer")
    try:
        lay_out(directory)
    except toolchains.MissingError as error:
        toolchains.missing(error)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def in_docker(engine: Engine, roots: Roots, layer: Path) -> Containers:
    return Containers(engine, roots, layer, ROOTS)


@pytest.fixture(scope="module")
def in_podman(podman: Podman, roots: Roots, layer: Path) -> Containers:
    return Containers(podman, roots, layer, _OF_PODMAN)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("root", ROOTS)
def test_docker_ends_as_predicted(in_docker: Containers, root: str, path: str) -> None:
    in_docker.check(root, path)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("root", _OF_PODMAN)
def test_podman_ends_as_predicted(in_podman: Containers, root: str, path: str) -> None:
    in_podman.check(root, path)
