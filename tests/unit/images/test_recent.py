"""Archives that were read before are not read again, until they change."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from libccheck.errors import LibccheckError
from libccheck.images import archive as module
from libccheck.images import open_image, packed, recent
from libccheck.images.cache import Cache
from libccheck.images.cache.place import place
from libccheck.model import File
from tests.archives import Item, plain, tar
from tests.forge import elf
from tests.unit.images.test_packed import Layout, named, saved

PROGRAM = elf(kind=2, needed=["libc.so"], exports=["answer"])
ROOT = tar(
    [
        Item("store/\udcff", b"root:x:0:\n", mode=0o644),
        Item("bin/", mode=0o755),
        Item("bin/sh", PROGRAM),
        Item("etc/.wh.x", b"#!x"),
        Item("etc/passwd", b"root:x:0:0::/:/bin/sh\n" * 99, mode=0o644),
        Item("etc/group", target="store/\udcff", kind=tarfile.LNKTYPE),
        Item("store/a b:c", b"#!/bin/sh"),
        Item("store/data", b"data", mode=0o644),
        Item("l", target="bin"),
        Item("p", kind=tarfile.FIFOTYPE),
    ]
)


@pytest.fixture(params=["root.tar", "root.tar.gz"])
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    monkeypatch.setattr(recent, "_SETTLED", 0.0)
    return written(tmp_path / request.param, ROOT)


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The archives that are read."""
    seen: list[str] = []
    read: Callable[..., Any] = module._found

    def watched(file: object, path: str, reference: str) -> object:
        seen.append(path)
        return read(file, path, reference)

    monkeypatch.setattr(module, "_found", watched)
    return seen


@pytest.mark.parametrize("scheme", ["tar:", ""])
def test_it_is_read_once(archive: Path, reads: list[str], scheme: str) -> None:
    fresh = open_image(f"{scheme}{archive}", cached=False)
    reads.clear()
    for _ in range(3):
        image = open_image(f"{scheme}{archive}")
        assert plain(image.tree) == plain(fresh.tree)
        assert image._replace(tree=fresh.tree) == fresh
    assert reads == [str(archive)]


def test_one_that_changed_is_read_again(archive: Path, reads: list[str]) -> None:
    open_image(f"tar:{archive}")
    written(archive, tar([Item("other", b"#!x")]))
    assert set(open_image(f"tar:{archive}").tree) == {"/", "/other"}
    os.utime(archive, (1, 1))
    open_image(f"tar:{archive}")
    assert len(reads) == 3


def test_one_of_the_same_size_and_time_is_another_file(archive: Path, tmp_path: Path) -> None:
    open_image(f"tar:{archive}")
    other = written(tmp_path / f"other{archive.suffix}", ROOT.replace(b"#!/bin/sh", b"#!/bin/no"))
    times = (archive.stat().st_atime_ns, archive.stat().st_mtime_ns)
    os.utime(other, ns=times)
    other.replace(archive)
    node = open_image(f"tar:{archive}").tree.nodes["/store/a b:c"]
    assert isinstance(node, File)
    assert node.load().head == b"#!/bin/no"


def test_one_that_changes_while_it_is_read_is_not_kept(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: Callable[..., Any] = module._found

    def touched(*arguments: Any) -> Any:
        os.utime(archive, (1, 1))
        return read(*arguments)

    monkeypatch.setattr(module, "_found", touched)
    open_image(f"tar:{archive}")
    assert place().files() == []


def test_one_that_changed_just_now_may_change_again_unseen(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "_SETTLED", 60.0)
    open_image(f"tar:{archive}")
    assert place().files() == []


def test_what_is_not_to_be_kept_is_not_kept(archive: Path) -> None:
    open_image(f"tar:{archive}", cached=False)
    assert place().files() == []


def test_of_one_that_is_not_compressed_only_the_tree_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "_SETTLED", 0.0)
    weights = os.urandom(1 << 20)
    archive = written(tmp_path / "root.tar", tar([Item("bin/sh", PROGRAM), Item("etc/ld.so.conf", weights)]))
    fresh = open_image(f"tar:{archive}")
    assert sum(each.size for each in place().files()) < 1000
    assert plain(open_image(f"tar:{archive}").tree) == plain(fresh.tree)


def test_a_sparse_file_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "_SETTLED", 0.0)
    with (tmp_path / "program").open("wb") as file:
        file.write(PROGRAM)
        file.truncate(1 << 20)
    archive = tmp_path / "root.tar"
    subprocess.run(["tar", "-C", str(tmp_path), "--sparse", "-cf", str(archive), "program"], check=True)
    fresh = open_image(f"tar:{archive}", cached=False)
    for _ in range(2):
        assert plain(open_image(f"tar:{archive}").tree) == plain(fresh.tree)
    assert len(place().files()) == 1


@pytest.mark.parametrize("damage", [b"", b"libccheck snapshots 1", bytes(4096)])
def test_what_is_kept_and_damaged_is_as_good_as_nothing(archive: Path, reads: list[str], damage: bytes) -> None:
    fresh = open_image(f"tar:{archive}")
    for each in place().files():
        Path(each.path).write_bytes(damage)
    assert plain(open_image(f"tar:{archive}").tree) == plain(fresh.tree)
    assert len(reads) == 2


def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "root.tar")
    with pytest.raises(LibccheckError, match="is not a regular file"):
        open_image(f"tar:{tmp_path / 'root.tar'}")


def test_one_that_is_cut_off_is_not_kept(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-30] if archive.suffix == ".gz" else ROOT[:3100])
    for _ in range(2):
        with pytest.raises(LibccheckError, match="is cut off"):
            open_image(f"tar:{archive}")
    assert place().files() == []


class TestArchivesOfImages:
    """Compressed ones: what is in them is remembered, and unpacked only where the cache lacks a layer."""

    @pytest.fixture
    def unpacks(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        seen: list[str] = []
        unpack: Callable[..., Any] = module.unpacked

        def watched(path: str, reference: str) -> object:
            seen.append(path)
            return unpack(path, reference)

        monkeypatch.setattr(recent, "_SETTLED", 0.0)
        monkeypatch.setattr(packed, "unpacked", watched)
        return seen

    @pytest.fixture(params=["docker-archive", "oci-archive"])
    def reference(self, tmp_path: Path, request: pytest.FixtureRequest) -> str:
        path = tmp_path / "image.tar"
        if request.param == "docker-archive":
            saved(path, ["base:1"], ["other:2"])
        else:
            layout = Layout(tmp_path / "layout")
            layout.done(layout.image(**named("base:1")), layout.image("arm64", **named("other:2")))
            layout.archived(path)
        path.write_bytes(gzip.compress(path.read_bytes()))
        return f"{request.param}:{path}:base:1"

    def test_one_is_unpacked_once(self, reference: str, unpacks: list[str], reads: list[str]) -> None:
        fresh = open_image(reference, cached=False)
        unpacks.clear()
        for name in (reference, reference, reference.replace("base:1", "other:2")):
            image = open_image(name)
            assert plain(image.tree) == plain(fresh.tree)
            if name == reference:
                assert image._replace(tree=fresh.tree) == fresh
        assert (len(unpacks), reads) == (1, [])

    def test_and_again_where_a_layer_is_gone(self, reference: str, unpacks: list[str]) -> None:
        fresh = open_image(reference)
        for each in place().files():
            if each.path.endswith(".layer"):
                Path(each.path).unlink()
        for _ in range(2):
            assert plain(open_image(reference).tree) == plain(fresh.tree)
        assert len(unpacks) == 2

    def test_as_what_it_is_without_a_scheme(self, tmp_path: Path, unpacks: list[str], reads: list[str]) -> None:
        path = written(tmp_path / "saved.tar.gz", saved(tmp_path / "saved.tar").read_bytes())
        for _ in range(3):
            assert open_image(str(path)).source == "docker-archive"
        assert (len(unpacks), len(reads)) == (1, 1)

    def test_one_that_changed_is_unpacked_again(self, tmp_path: Path, unpacks: list[str]) -> None:
        path = written(tmp_path / "saved.tar.gz", saved(tmp_path / "saved.tar").read_bytes())
        open_image(f"docker-archive:{path}")
        written(path, saved(tmp_path / "saved.tar", ["new:1"]).read_bytes())
        assert open_image(f"docker-archive:{path}:new:1").source == "docker-archive"
        assert len(unpacks) == 2

    def test_one_that_lacks_a_layer_says_so_each_time(self, tmp_path: Path, unpacks: list[str]) -> None:
        manifest = json.dumps([{"Config": "c.json", "RepoTags": None, "Layers": ["gone/layer.tar"]}]).encode()
        items = [Item("c.json", b"{}"), Item("manifest.json", manifest)]
        path = written(tmp_path / "saved.tar.gz", tar(items))
        for _ in range(2):
            with pytest.raises(LibccheckError, match=r"it lacks gone/layer\.tar"):
                open_image(f"docker-archive:{path}")
        assert len(unpacks) == 1

    @pytest.mark.parametrize(
        "text", ["", "[]", "{}", '{"sizes": [], "texts": {}}', '{"sizes": {"a": "1"}, "texts": {}}']
    )
    def test_what_is_remembered_is_looked_at(self, tmp_path: Path, unpacks: list[str], text: str) -> None:
        path = written(tmp_path / "saved.tar.gz", saved(tmp_path / "saved.tar").read_bytes())
        cache, name = Cache.of_user(), recent.name_of(str(path))
        assert cache is not None
        assert name is not None
        cache.add_document(name, text)
        assert open_image(f"docker-archive:{path}").source == "docker-archive"
        assert len(unpacks) == 1
