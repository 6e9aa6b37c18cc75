"""References: schemes, paths, names; what cannot be opened says so in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from libccheck import open_image
from libccheck.errors import LibccheckError, UsageError
from libccheck.images import platforms
from tests.archives import Item, tar
from tests.forge import elf


def test_scratch_holds_nothing_but_its_root() -> None:
    image = open_image("scratch", platform="linux/arm64/v8")
    assert (list(image.tree), image.size, image.source, image.platform) == (["/"], 0, "scratch", "linux/arm64")


def test_a_path_that_exists_is_opened_as_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "alpine").mkdir()
    (tmp_path / "root.tar").write_bytes(tar([Item("etc/motd", b"")]))
    assert open_image("alpine").source == "dir"
    assert open_image("./alpine").source == "dir"
    assert open_image("root.tar").source == "tar"


@pytest.mark.parametrize("path", ["/no/such", "./no", "../no", "~/no", "no.tar", "no.tar.gz"])
def test_a_path_that_does_not_exist_is_not_taken_for_a_name(path: str) -> None:
    with pytest.raises(LibccheckError, match="does not exist"):
        open_image(path)


def test_an_empty_name_is_refused() -> None:
    for name in ("", "catalog:", "a b"):
        with pytest.raises(LibccheckError, match="name"):
            open_image(name)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("amd64", "linux/amd64"),
        ("linux/x86_64", "linux/amd64"),
        ("aarch64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64"),
        ("armhf", "linux/arm/v7"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/arm/v6", "linux/arm/v6"),
        ("LINUX/I386", "linux/386"),
        ("ppc64el", "linux/ppc64le"),
    ],
)
def test_a_platform_has_one_form(written: str, normal: str) -> None:
    assert platforms.normal(written) == normal


@pytest.mark.parametrize("written", ["windows/amd64", "linux/", "", "linux/arm/v7/x"])
def test_what_is_no_platform_is_wrong_usage(written: str) -> None:
    with pytest.raises(UsageError):
        open_image("scratch", platform=written)


def test_an_older_arm_image_serves_a_newer_machine() -> None:
    assert platforms.acceptable("linux/arm/v7") == ("linux/arm/v7", "linux/arm/v6", "linux/arm/v5")
    assert platforms.acceptable("linux/amd64") == ("linux/amd64",)


@pytest.mark.parametrize("path", ["bin/sh", "lib64/ld-2.so", "app"])
def test_the_platform_shows_in_any_usual_place(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_bytes(elf(kind=2, machine=183))
    (tmp_path / "zzz").write_bytes(b"text")
    (tmp_path / "root.tar").write_bytes(tar([Item(path, elf(kind=2, machine=183)), Item("zzz", b"text")]))
    assert open_image(f"dir:{tmp_path}").platform == "linux/arm64"
    assert open_image(f"tar:{tmp_path}/root.tar").platform == "linux/arm64"
