"""Entries read again from a registry on loopback: what has moved on is replaced, what cannot be read stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from libccheck import open_image
from libccheck.cli import main
from libccheck.images.catalog import FILE, Catalog, own_directory, paths
from libccheck.images.cataloging import Addition, add
from libccheck.images.refreshing import wanted
from libccheck.model import Image, Provenance
from tests.archives import Item, tar
from tests.fake_registry import Registry
from tests.forge import elf
from tests.values import image as image_of


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as registry:
        registry.push([layer(b"first")])
        yield registry


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for variable in ("LIBCCHECK_MIRRORS", "LIBCCHECK_CATALOG", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)


def layer(text: bytes) -> bytes:
    return tar([Item("bin/", mode=0o755), Item("bin/sh", elf(kind=2, text=text))])


def own(name: str) -> Image:
    return open_image(f"catalog:{name}", platform="linux/amd64")


def path() -> str:
    return f"{own_directory()}/{FILE}"


def test_a_name_is_read_and_then_known_and_read_again_only_where_it_moved_on(
    registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"{registry.host}/o/app:1"
    assert main(["catalog", "refresh", name, "--platform", "linux/amd64"]) == 0
    first = own(name)
    assert capsys.readouterr().out == f"{name} linux/amd64 new {first.digest}\n"
    assert first.provenance is not None
    assert first.provenance.origin == f"registry {name}"
    assert main(["catalog", "refresh"]) == 0
    assert capsys.readouterr().out == f"{name} linux/amd64 as it was {first.digest}\n"
    registry.push([layer(b"second, and longer")])
    assert main(["catalog", "refresh"]) == 0
    second = own(name)
    assert capsys.readouterr().out == f"{name} linux/amd64 new {second.digest}\n"
    assert second.digest != first.digest


def test_one_that_cannot_be_read_stays_and_the_others_are_refreshed(
    registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    good, gone = f"{registry.host}/o/app:1", f"{registry.host}/o/app:gone"
    entry = image_of({"/bin/sh": elf(kind=2)})
    add(path(), [Addition(each, entry, Provenance("x", "", "", "2020-01-01", "")) for each in (gone, good)])
    assert main(["catalog", "refresh"]) == 3
    written = capsys.readouterr()
    assert written.out.startswith(f"{good} linux/amd64 new ")
    assert written.err.startswith(f"error: {registry.host} has no {gone}\n")
    assert (own(gone).as_of, own(good).as_of == "2020-01-01") == ("2020-01-01", False)


def test_other_names_of_an_entry_are_kept(registry: Registry) -> None:
    name = f"{registry.host}/o/app:1"
    entry = Addition(
        name,
        image_of({"/bin/sh": elf(kind=2)}),
        Provenance("x", "", "", "2020-01-01", ""),
        ("app:same",),
        ("app:latest",),
    )
    add(path(), [entry])
    before = list(Catalog(path()).aliases())
    assert main(["catalog", "refresh", "app:latest"]) == 0
    assert list(Catalog(path()).aliases()) == before
    assert own("app:latest").floating
    assert own("app:latest").as_of != "2020-01-01"


def test_a_built_in_name_is_wanted_for_each_platform_that_it_is_known_for() -> None:
    found = wanted(["alpine:3.20"], path(), None)
    assert {each.name for each in found} == {"alpine:3.20"}
    assert {"linux/amd64", "linux/arm64", "linux/s390x"} <= {each.platform for each in found}
    assert [each.platform for each in wanted(["alpine"], path(), "linux/arm64")] == ["linux/arm64"]
    assert [(each.name, each.platform) for each in wanted(["x/new:2"], path(), None)] == [("x/new:2", None)]


def test_an_empty_catalog_has_nothing_to_refresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "refresh"]) == 2
    assert "no entries" in capsys.readouterr().err


def test_catalogs_of_a_team_stand_between_those_named_and_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = Addition("team/base:7", image_of({"/x": b""}), Provenance("x", "", "", "2026-01-01", ""))
    for name in ("one", "two"):
        add(str(tmp_path / name / FILE), [entry._replace(name=f"team/{name}:7")])
    add(path(), [entry])
    monkeypatch.setenv("LIBCCHECK_CATALOG", f"{tmp_path / 'one'}:{tmp_path / 'two'}")
    assert paths([str(tmp_path)])[:4] == [
        str(tmp_path / FILE),
        *(str(tmp_path / each / FILE) for each in ("one", "two")),
        path(),
    ]
    assert [own(f"team/{each}:7").source for each in ("one", "two", "base")] == ["catalog"] * 3
