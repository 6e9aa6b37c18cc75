"""The cache of layers and merged trees: equal to what was read, private, bounded, never half a file."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from libccheck.errors import LibccheckError
from libccheck.images import open_image
from libccheck.images.cache.place import Place, place
from tests.archives import Item, plain, tar
from tests.fake_registry import Registry, digest_of
from tests.forge import elf

LAYERS = [
    tar(
        [
            Item("bin/", mode=0o755),
            Item("bin/sh", elf(kind=2)),
            Item("etc/old", b"#!old"),
            Item("lib", target="usr/lib"),
        ]
    ),
    tar([Item("etc/.wh.old", b""), Item("lib/a", b"#!a"), Item("sh", target="bin/sh", kind=tarfile.LNKTYPE)]),
]


def opened(registry: Registry, tag: str = "1", *, cached: bool = True) -> dict[str, object]:
    image = open_image(f"registry:{registry.host}/o/app:{tag}", cached=cached)
    return {"tree": plain(image.tree), "size": image.size}


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    registry.push(LAYERS)
    return registry


def names() -> list[str]:
    """The files of layers and trees; what was verified of manifests and configs may stay."""
    return sorted(Path(each.path).name for each in place().files() if not each.path.endswith(".json"))


def test_what_comes_out_is_what_was_read(registry: Registry) -> None:
    with registry:
        read = opened(registry, cached=False)
        assert not names()
        assert opened(registry) == read
        assert len(names()) == 3
        assert opened(registry) == read


def test_layers_that_two_images_share_are_read_once(registry: Registry) -> None:
    registry.push([*LAYERS, tar([Item("more", b"#!x")])], "2")
    with registry:
        opened(registry)
        registry.asked.clear()
        assert opened(registry, "2") == opened(registry, "2", cached=False)
        first = [path for path, _ in registry.asked if "/blobs/" in path][:2]
        assert len(names()) == 5
        assert len(first) == 2  # its config, and the one layer that is new


@pytest.mark.parametrize("kind", [".layer", ".tree"])
@pytest.mark.parametrize("damage", [b"", b"libccheck snapshots 1", bytes(4096)])
def test_a_damaged_file_is_as_good_as_none(registry: Registry, kind: str, damage: bytes) -> None:
    with registry:
        read = opened(registry)
        for each in place().files():
            if each.path.endswith(kind):
                Path(each.path).write_bytes(damage)
        assert opened(registry) == read
        assert all(each.size > len(damage) or each.size > 100 for each in place().files())


def test_a_layer_that_fails_leaves_nothing(registry: Registry) -> None:
    registry.push([LAYERS[0][:700]], "cut")
    with registry, pytest.raises(LibccheckError, match="cut off"):
        opened(registry, "cut")
    assert not names()


def test_a_layer_is_never_kept_under_the_name_of_another(registry: Registry) -> None:
    registry.push([LAYERS[1]], "lie", rootfs={"type": "layers", "diff_ids": [digest_of(LAYERS[0])]})
    with registry, pytest.raises(LibccheckError, match="another content"):
        opened(registry, "lie")
    assert not names()


def test_a_directory_that_others_may_write_to_is_not_used(registry: Registry) -> None:
    where = place()
    os.makedirs(where.directory)
    os.chmod(where.directory, 0o777)
    assert not where.is_private()
    with registry:
        assert opened(registry) == opened(registry, cached=False)
    assert not names()


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to("elsewhere")
    assert not Place(str(tmp_path / "link")).is_private()


def test_it_is_nobody_elses(tmp_path: Path) -> None:
    where = Place(str(tmp_path / "new" / "cache"))
    assert where.is_private()
    assert os.stat(where.directory).st_mode & 0o777 == 0o700


def test_what_was_used_last_stays_when_there_is_too_much(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / str(number)).write_bytes(bytes(100))
        os.utime(tmp_path / str(number), (number, number))
    os.utime(tmp_path / "0", (9, 9))
    Place(str(tmp_path)).prune(limit=250)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["0", "3"]


def test_clearing_removes_all(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12")
    assert [each.size for each in Place(str(tmp_path)).clear()] == [2]
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_told(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("libccheck.images.storing.os.replace", full)
    with registry, pytest.raises(LibccheckError, match="No space left on device") as raised:
        opened(registry)
    assert "--no-cache" in raised.value.hint
    assert not names()
