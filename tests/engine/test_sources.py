"""The same image through the engine, its archive and its directory: one tree, and nothing left behind."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from libccheck import open_image
from libccheck.errors import LibccheckError
from libccheck.model import Image
from tests import toolchains
from tests.engine.engine import Engine
from tests.reality.roots import Roots


@pytest.fixture(scope="module")
def name(engine: Engine, roots: Roots) -> str:
    try:
        path = roots.path("minimal-host")
    except toolchains.MissingError as error:
        toolchains.missing(error)
    engine.import_root(
        (path,), "libccheck/sources:1", ('ENTRYPOINT ["/bin/sh"]', "ENV COLOR=blue", "USER 65534", "WORKDIR /tmp")
    )
    return "libccheck/sources:1"


@pytest.fixture
def archive(engine: Engine, name: str, tmp_path: Path) -> Path:
    engine.docker("save", "-o", str(tmp_path / "saved.tar"), name)
    return tmp_path / "saved.tar"


def _facts(image: Image) -> dict[str, object]:
    """Every node with the content of every file; the engine makes the directories that it mounts over."""
    made = ("/dev", "/proc", "/sys")
    nodes = ((path, image.tree.nodes[path]) for path in image.tree if path != "/" and not path.startswith(made))
    return {path: (node[:5], node.load()) if hasattr(node, "load") else node for path, node in nodes}


def _without_layers(facts: dict[str, object]) -> dict[str, object]:
    return {
        path: (each[0][:4], each[1]) if isinstance(each, tuple) and isinstance(each[0], tuple) else each
        for path, each in facts.items()
    }


def test_engine_archive_and_directory_give_the_same_tree(
    engine: Engine, roots: Roots, name: str, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine.address)
    by_engine = _facts(open_image(f"docker:{name}"))
    assert by_engine == _facts(open_image(f"docker-archive:{archive}"))
    directory = _facts(open_image(f"dir:{roots.path('minimal-host')}", platform="linux/amd64"))
    assert _without_layers(by_engine) == _without_layers(directory)


def test_config_platform_and_digest_are_the_images_own(
    engine: Engine, name: str, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine.address)
    image = open_image(f"docker:{name}")
    identity = engine.docker("inspect", "-f", "{{.Id}}", name).stdout.strip()
    assert (image.source, image.digest, image.platform) == ("docker", identity, "linux/amd64")
    assert image.config.entrypoint == ("/bin/sh",)
    assert ("COLOR", "blue") in image.config.env
    assert (image.config.user, image.config.workdir) == ("65534", "/tmp")
    saved = open_image(f"docker-archive:{archive}:{name}")
    assert (saved.digest, saved.config) == (identity, image.config)


def test_a_name_is_taken_from_the_engine_if_it_holds_it(
    engine: Engine, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine.address)
    assert open_image(name).source == "docker"
    assert open_image("alpine:3.6").source == "catalog"


def test_no_container_is_left_behind(engine: Engine, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine.address)
    open_image(f"docker:{name}")
    assert engine.docker("ps", "-aq").stdout == ""


def test_an_image_that_the_engine_does_not_hold(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine.address)
    with pytest.raises(LibccheckError) as error:
        open_image("docker:libccheck/nobody:has")
    assert error.value.message == "the docker engine holds no libccheck/nobody:has"
    assert "docker pull libccheck/nobody:has" in error.value.hint


def test_an_engine_that_does_not_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path / 'no.sock'}")
    with pytest.raises(LibccheckError) as error:
        open_image("docker:alpine")
    assert error.value.message.startswith(f"no docker engine answers at unix://{tmp_path / 'no.sock'}")
    assert "\n" not in error.value.message


def test_an_archive_that_is_cut_off(archive: Path) -> None:
    subprocess.run(["truncate", "--size=-200000", str(archive)], check=True)
    with pytest.raises(LibccheckError) as error:
        open_image(f"docker-archive:{archive}")
    assert "cut off" in error.value.message
