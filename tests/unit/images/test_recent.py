"""Compressed root archives that were read before are not read again, until they change."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from libccheck.errors import LibccheckError
from libccheck.images import inflate, open_image, recent
from libccheck.images.cache.place import place
from tests.archives import Item, plain, tar
from tests.forge import elf

ROOT = tar([Item("bin/", mode=0o755), Item("bin/sh", elf(kind=2)), Item("etc/.wh.x", b"#!x"), Item("l", target="bin")])


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(recent, "_SETTLED", 0.0)
    (tmp_path / "root.tar.gz").write_bytes(gzip.compress(ROOT))
    return tmp_path / "root.tar.gz"


@pytest.fixture
def inflated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The archives that are read."""
    seen: list[str] = []

    def watched(function: Callable[..., object]) -> Callable[..., object]:
        def call(file: object, method: str, subject: str) -> object:
            seen.append(subject)
            return function(file, method, subject)

        return call

    monkeypatch.setattr("libccheck.images.archive.inflated", watched(inflate.inflated))
    return seen


@pytest.mark.parametrize("scheme", ["tar:", ""])
def test_it_is_read_once(archive: Path, inflated: list[str], scheme: str) -> None:
    fresh = open_image(f"{scheme}{archive}", cached=False)
    inflated.clear()
    for _ in range(3):
        image = open_image(f"{scheme}{archive}")
        assert plain(image.tree) == plain(fresh.tree)
        assert image._replace(tree=fresh.tree) == fresh
    assert inflated == [str(archive)]


def test_one_that_changed_is_read_again(archive: Path, inflated: list[str]) -> None:
    open_image(f"tar:{archive}")
    archive.write_bytes(gzip.compress(tar([Item("other", b"#!x")])))
    assert set(open_image(f"tar:{archive}").tree) == {"/", "/other"}
    os.utime(archive, (1, 1))
    open_image(f"tar:{archive}")
    assert len(inflated) == 3


def test_one_that_changes_while_it_is_read_is_not_kept(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def touched(*arguments: Any) -> Any:
        os.utime(archive, (1, 1))
        return inflate.inflated(*arguments)

    monkeypatch.setattr("libccheck.images.archive.inflated", touched)
    open_image(f"tar:{archive}")
    assert place().files() == []


def test_one_that_changed_just_now_may_change_again_unseen(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "_SETTLED", 60.0)
    open_image(f"tar:{archive}")
    assert place().files() == []


def test_what_is_not_compressed_or_not_to_be_kept_is_not_kept(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "root.tar").write_bytes(ROOT)
    open_image(f"tar:{tmp_path / 'root.tar'}")
    open_image(f"tar:{archive}", cached=False)
    assert place().files() == []


def test_one_that_is_cut_off_is_not_kept(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-30])
    for _ in range(2):
        with pytest.raises(LibccheckError, match="is cut off"):
            open_image(f"tar:{archive}")
    assert place().files() == []
