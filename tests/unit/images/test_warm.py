"""A check of an image that was read before imports no more than one against the catalog does, whatever its source."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from libccheck.images import open_image
from tests.archives import Item, tar
from tests.fake_engine import FakeEngine
from tests.fake_registry import Registry
from tests.forge import elf
from tests.test_imports import HEAVY, imported_by

LAYERS = [tar([Item("bin/", mode=0o755), Item("bin/sh", elf(kind=2))]), tar([Item("srv/run", b"#!/bin/sh\n")])]
HISTORY = [("ADD a", True), ("ADD b", True)]
MORE = 45
"""Modules, the sources' own and small ones of the standard library; a client of HTTP takes hundreds."""


class Sources(NamedTuple):
    cache: str
    references: dict[str, str]
    of_catalog: set[str]
    """The modules that a check against the catalog imports."""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sources]:
    """All of them read once."""
    room = tmp_path_factory.mktemp("warm")
    (room / "app").write_bytes(elf(kind=2))
    (room / "app").chmod(0o755)
    with pytest.MonkeyPatch.context() as patch, FakeEngine(room) as engine, Registry() as registry:
        cache = str(room / "cache")
        patch.setenv("XDG_CACHE_HOME", cache)
        patch.setenv("DOCKER_HOST", engine.address)
        patch.setenv("CONTAINER_HOST", engine.address)
        patch.chdir(room)
        engine.hold("app:1", LAYERS, HISTORY)
        digest = registry.push(LAYERS)
        (room / "root.tar").write_bytes(LAYERS[0])
        (room / "root.tar.gz").write_bytes(gzip.compress(LAYERS[0]))
        (room / "saved.tar").write_bytes(engine.images["app:1"].archive)
        (room / "saved.tar.gz").write_bytes(gzip.compress(engine.images["app:1"].archive))
        found = {
            "docker": "docker:app:1",
            "podman": "podman:app:1",
            "registry": f"registry:{registry.host}/o/app:1",
            "registry, by digest": f"registry:{registry.host}/o/app@{digest}",
            "docker-archive": "docker-archive:saved.tar",
            "docker-archive, gzip": "docker-archive:saved.tar.gz",
            "tar": "tar:root.tar",
            "tar, gzip": "tar:root.tar.gz",
        }
        time.sleep(max(0.0, os.stat(room / "saved.tar.gz").st_ctime + 2.1 - time.time()))  # else it may change unseen
        for reference in found.values():
            open_image(reference)
        yield Sources(cache, found, modules("catalog:debian:bookworm"))


def modules(reference: str) -> set[str]:
    return imported_by("check", "app", "--image", reference, "--no-remedies", "--format", "json")


@pytest.mark.parametrize(
    "source",
    [
        *("docker", "podman", "registry", "registry, by digest"),
        *("docker-archive", "docker-archive, gzip", "tar", "tar, gzip"),
    ],
)
def test_nothing_heavy_is_imported(sources: Sources, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", sources.cache)
    found = modules(sources.references[source])
    assert not found & {*HEAVY, "ssl", "http.client", "email", "concurrent.futures.thread", "isal"}
    assert len(found - sources.of_catalog) <= MORE, sorted(found - sources.of_catalog)
