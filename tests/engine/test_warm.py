"""Engines that are asked for an image a second time: the same value, and nothing is exported again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from libccheck import open_image
from libccheck.images.engines import Engine as Spoken
from libccheck.model import Image
from tests.archives import plain
from tests.engine.engine import Engine
from tests.engine.podman import Podman

NAME = "libccheck/warm:1"
DOCKERFILE = (
    'FROM scratch\nCOPY file /etc/file\nENV A=b\nWORKDIR /app\nCOPY file /app/run\nUSER 65534\nCMD ["/app/run"]\n'
)


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def exports(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the images that are exported."""
    seen: list[str] = []
    saved = Spoken.saved

    def watched(engine: Spoken, name: str) -> Iterator[bytes]:
        seen.append(name)
        return saved(engine, name)

    monkeypatch.setattr(Spoken, "saved", watched)
    return seen


def _compare(first: Image, again: Image, exports: list[str]) -> None:
    assert exports == [NAME]
    assert plain(again.tree) == plain(first.tree)
    assert again._replace(tree=first.tree) == first
    assert again.config.cmd == ("/app/run",)
    assert {"/etc/file", "/app/run"} <= set(again.tree)


def test_docker_exports_an_image_once(
    engine: Engine, exports: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("#!/bin/sh\n")
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    engine.build(tmp_path / "Dockerfile", tmp_path, NAME)
    monkeypatch.setenv("DOCKER_HOST", engine.address)
    first = open_image(f"docker:{NAME}")
    again = open_image(f"docker:{NAME}")
    _compare(first, again, exports)
    assert [each.created_by.partition(" ")[0] for each in again.layers] == ["COPY", "WORKDIR", "COPY"]


def test_podman_exports_an_image_once(
    podman: Podman, exports: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    for name in ("etc/file", "app/run"):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text("#!/bin/sh\n")
    podman.import_root((root,), NAME, ('CMD ["/app/run"]', "USER 65534"))
    monkeypatch.setenv("CONTAINER_HOST", podman.serve())
    _compare(open_image(f"podman:{NAME}"), open_image(f"podman:{NAME}"), exports)
