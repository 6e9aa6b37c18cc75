"""The same image through every source, as every tool writes it: one tree, the one that the engine itself exports."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from libccheck import open_image
from libccheck.errors import LibccheckError
from libccheck.model import Image
from tests import toolchains
from tests.engine.engine import Engine
from tests.engine.one_image import GONE, LAYERS, PATHS, context, tree_hash
from tests.engine.podman import Podman
from tests.engine.registry import PASSWORD, USER, Certificates, Registry

NAME = "libccheck/one:1"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("one")


@pytest.fixture(scope="module", autouse=True)
def _surrounded(engine: Engine, podman: Podman, room: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", engine.address)
        patch.setenv("CONTAINER_HOST", podman.serve())
        patch.setenv("XDG_CACHE_HOME", str(room / "cache"))
        yield


@pytest.fixture(scope="module")
def saved(engine: Engine, room: Path) -> Path:
    """The archive that docker save writes."""
    try:
        where = context(room / "context")
    except toolchains.MissingError as error:
        toolchains.missing(error)
    engine.build(where / "Dockerfile", where, NAME)
    engine.docker("save", "-o", str(room / "saved.tar"), NAME)
    return room / "saved.tar"


@pytest.fixture(scope="module")
def storage(room: Path) -> Path:
    """What registries keep, one after the other."""
    return room / "storage"


@pytest.fixture(scope="module")
def certificates(room: Path) -> Certificates:
    (room / "certificates").mkdir()
    try:
        return Certificates(room / "certificates")
    except toolchains.MissingError as error:
        toolchains.missing(error)


def registry(storage: Path, certificates: Certificates | None = None, *, private: bool = False) -> Registry:
    try:
        return Registry(storage, certificates, private=private)
    except toolchains.MissingError as error:
        toolchains.missing(error)


@pytest.fixture(scope="module")
def exported(engine: Engine, saved: Path) -> Path:
    """The root file system that docker export writes of a container that was never started."""
    engine.docker("create", "--name=libccheck-one", NAME)
    engine.docker("export", "-o", str(saved.parent / "exported.tar"), "libccheck-one")
    engine.docker("rm", "libccheck-one")
    return saved.parent / "exported.tar"


@pytest.fixture(scope="module")
def expected(exported: Path) -> str:
    return tree_hash(open_image(f"tar:{exported}"))


def opened(reference: str, *, has_layers: bool = True) -> Image:
    """The image, the same without the cache, with it empty, and out of it."""
    image = open_image(reference, cached=False)
    assert {tree_hash(open_image(reference)) for _ in range(2)} == {tree_hash(image)}
    assert len(image.layers) == (LAYERS if has_layers else 0)
    return image


def tool(name: str, *arguments: str, **options: object) -> None:
    """Run skopeo or umoci."""
    if not shutil.which(name):
        toolchains.missing(toolchains.MissingError(f"{name} is not installed"))
    subprocess.run([name, *arguments], check=True, capture_output=True, **options)  # type: ignore[call-overload]


def skopeo(source: str, destination: str, *options: str) -> None:
    tool("skopeo", "--insecure-policy", "copy", "-q", *options, source, destination)


def test_the_image_has_what_layers_can_hold(exported: Path) -> None:
    tree = set(open_image(f"tar:{exported}").tree)
    assert tree >= PATHS
    assert not tree & GONE


def test_docker(saved: Path, expected: str) -> None:
    assert tree_hash(opened(f"docker:{NAME}")) == expected
    assert saved.exists()


def test_what_docker_saves(saved: Path, expected: str) -> None:
    image = opened(f"docker-archive:{saved}")
    assert tree_hash(image) == expected
    assert [each.created_by.split()[0] for each in image.layers].count("COPY") == 5
    assert (image.config.user, image.config.workdir) == ("65534", "/srv/app")


def test_an_archive_of_several_images(engine: Engine, saved: Path, room: Path, expected: str) -> None:
    engine.import_root((room / "context",), "libccheck/other:2")
    engine.docker("save", "-o", str(room / "several.tar"), "libccheck/other:2", NAME)
    with pytest.raises(LibccheckError, match="holds 2 images") as raised:
        open_image(f"docker-archive:{room / 'several.tar'}")
    assert all(name in raised.value.hint for name in (NAME, "libccheck/other:2"))
    assert tree_hash(opened(f"docker-archive:{room / 'several.tar'}:{NAME}")) == expected
    assert "/Dockerfile" in open_image(f"docker-archive:{room / 'several.tar'}:libccheck/other:2").tree.nodes
    assert saved.exists()


def test_podman_and_what_it_saves(podman: Podman, saved: Path, room: Path, expected: str) -> None:
    podman.podman("load", "-q", "-i", str(saved))
    assert tree_hash(opened(f"podman:{NAME}")) == expected
    for form, scheme in (("docker-archive", "docker-archive"), ("oci-archive", "oci-archive"), ("oci-dir", "oci")):
        path = room / f"podman-{form}"
        podman.podman("save", "-q", f"--format={form}", "-o", str(path), NAME)
        assert tree_hash(opened(f"{scheme}:{path}")) == expected, form


@pytest.mark.parametrize("method", ["gzip", "zstd"])
def test_layouts_that_skopeo_writes(saved: Path, room: Path, expected: str, method: str) -> None:
    path = room / f"skopeo-{method}"
    skopeo(f"docker-archive:{saved}", f"oci:{path}:one", f"--dest-compress-format={method}", "--dest-compress")
    assert tree_hash(opened(f"oci:{path}")) == expected
    assert tree_hash(opened(str(path))) == expected


@pytest.mark.parametrize("scheme", ["oci-archive", "docker-archive"])
def test_archives_that_skopeo_writes(saved: Path, room: Path, expected: str, scheme: str) -> None:
    path = room / f"skopeo-{scheme}.tar"
    skopeo(f"docker-archive:{saved}", f"{scheme}:{path}:{NAME}")
    assert tree_hash(opened(f"{scheme}:{path}")) == expected
    assert tree_hash(opened(str(path))) == expected


def test_a_layout_that_umoci_writes(exported: Path, room: Path, expected: str) -> None:
    layout, bundle = room / "umoci", room / "bundle"
    tool("umoci", "init", "--layout", str(layout))
    tool("umoci", "new", "--image", f"{layout}:one")
    tool("umoci", "unpack", "--image", f"{layout}:one", str(bundle))
    subprocess.run(["tar", "-C", str(bundle / "rootfs"), "--numeric-owner", "-xpf", str(exported)], check=True)
    tool("umoci", "repack", "--image", f"{layout}:one", str(bundle))
    assert tree_hash(open_image(f"oci:{layout}:one", platform="linux/amd64")) == expected
    directory = open_image(f"dir:{bundle / 'rootfs'}", platform="linux/amd64")
    assert tree_hash(directory) == expected


@pytest.mark.parametrize("method", ["gzip", "bzip2", "xz", "zstd"])
def test_the_root_as_an_archive(exported: Path, room: Path, expected: str, method: str) -> None:
    packed = room / f"exported.{method}"
    with packed.open("wb") as file:
        subprocess.run([method, "-1", "-c", str(exported)], stdout=file, check=True)
    assert tree_hash(open_image(f"tar:{packed}")) == expected


def test_a_registry(saved: Path, storage: Path, expected: str) -> None:
    """In both forms of a manifest."""
    digests = set()
    with registry(storage) as served:
        name = f"{served.host}/team/one"
        for form in ("oci", "v2s2"):
            options = ("--dest-tls-verify=false", f"--format={form}")
            skopeo(f"docker-archive:{saved}", f"docker://{name}:{form}", *options)
            image = opened(f"registry:{name}:{form}")
            assert tree_hash(image) == expected, form
            assert tree_hash(open_image(f"registry:{name}@{image.digest}")) == expected
            digests.add(image.digest)
    assert len(digests) == 2


@pytest.mark.parametrize("private", [False, True], ids=["for all", "with a login"])
@pytest.mark.parametrize("by_tls", [False, True], ids=["in the clear", "by TLS"])
def test_ways_to_a_registry(
    saved: Path,
    storage: Path,
    certificates: Certificates,
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    by_tls: bool,
    private: bool,
) -> None:
    with registry(storage) as served:
        skopeo(f"docker-archive:{saved}", f"docker://{served.host}/team/one:way", "--dest-tls-verify=false")
    with registry(storage, certificates if by_tls else None, private=private) as served:
        auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        (tmp_path / "config.json").write_text(json.dumps({"auths": {served.host: {"auth": auth}}}))
        monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
        assert tree_hash(opened(f"registry:{served.host}/team/one:way")) == expected


def test_layers_are_the_same_wherever_they_are_stored(saved: Path, room: Path) -> None:
    skopeo(f"docker-archive:{saved}", f"oci:{room / 'again'}:one")
    stored = open_image(f"oci:{room / 'again'}")
    plain = open_image(f"docker-archive:{saved}")
    assert [each.diff_id for each in stored.layers] == [each.diff_id for each in plain.layers]
    assert {each.digest for each in stored.layers}.isdisjoint(each.digest for each in plain.layers)


def test_a_layout_that_lacks_a_layer(saved: Path, room: Path) -> None:
    skopeo(f"docker-archive:{saved}", f"oci:{room / 'lacking'}:one")
    blobs = sorted((room / "lacking" / "blobs" / "sha256").iterdir(), key=os.path.getsize)
    blobs[-1].unlink()
    with pytest.raises(LibccheckError, match=f"it lacks blobs/sha256/{blobs[-1].name}"):
        open_image(f"oci:{room / 'lacking'}", cached=False)
