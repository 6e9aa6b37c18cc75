"""Of which package a file is part, with what npm and pip leave beside it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from libccheck import read_program
from libccheck.artifacts.published import published
from libccheck.toolchain.published import Published
from tests.values import program

RUFF = Published("PyPI", "ruff", "0.6.9", "pip")


def placed(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x7fELF")
    return path


def recorded(site: Path, project: str, *lines: str) -> None:
    (site / f"{project}.dist-info").mkdir(parents=True)
    (site / f"{project}.dist-info/RECORD").write_text("".join(f"{each},sha256=x,4\n" for each in lines))


def of(path: Path) -> Published | None:
    return published(read_program(str(path)))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"name": "@img/sharp-linux-x64", "version": "0.35.5"}, ("@img/sharp-linux-x64", "0.35.5")),
        ({"version": 3}, ("alias", "")),
        (["@img"], ("alias", "")),
        (None, ("alias", "")),
    ],
)
def test_package_json_says_how_it_is_published(tmp_path: Path, said: object, found: tuple[str, str]) -> None:
    file = placed(tmp_path / "node_modules/alias/lib/x.node")
    (tmp_path / "node_modules/alias/package.json").write_text("[" if said is None else json.dumps(said))
    assert of(file) == Published("npm", *found, "npm")


def test_a_link_is_part_of_what_it_leads_to(tmp_path: Path) -> None:
    file = placed(tmp_path / "node_modules/@biomejs/cli-linux-x64/biome")
    (tmp_path / "node_modules/.bin").mkdir()
    (tmp_path / "node_modules/.bin/biome").symlink_to(file)
    assert of(tmp_path / "node_modules/.bin/biome") == Published("npm", "@biomejs/cli-linux-x64", "", "npm")


@pytest.mark.parametrize(
    ("place", "left", "installer"),
    [
        ("node_modules/a", "node_modules/.package-lock.json", "npm"),
        ("node_modules/.pnpm/a@1/node_modules/a", "node_modules/.modules.yaml", "pnpm"),
        ("node_modules/b/node_modules/a", "node_modules/.yarn-integrity", "yarn"),
        ("node_modules/a", "node_modules/.yarn-state.yml", "yarn"),
    ],
)
def test_who_installed_it_shows_by_what_is_left(tmp_path: Path, place: str, left: str, installer: str) -> None:
    file = placed(tmp_path / place / "x.node")
    (tmp_path / left).touch()
    assert of(file) == Published("npm", "a", "", installer)


def test_names_and_versions_of_any_length_are_not_taken(tmp_path: Path) -> None:
    file = placed(tmp_path / "node_modules/a/x.node")
    (file.parent / "package.json").write_text(json.dumps({"name": "n" * 1000, "version": "1" * 1000}))
    assert of(file) == Published("npm", "a", "", "npm")


def test_a_package_json_that_is_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    file = placed(tmp_path / "node_modules/a/x.node")
    os.mkfifo(tmp_path / "node_modules/a/package.json")
    assert of(file) == Published("npm", "a", "", "npm")


def test_a_module_is_part_of_the_project_that_records_it(tmp_path: Path) -> None:
    site = tmp_path / "lib/python3.12/site-packages"
    file = placed(site / "yaml/_yaml.cpython-312-x86_64-linux-gnu.so")
    recorded(site, "aaa-1.0", "aaa/__init__.py")
    recorded(site, "PyYAML-6.0.2", "yaml/__init__.py", f'"{file.relative_to(site)}"')
    assert of(file) == Published("PyPI", "pyyaml", "6.0.2", "pip")
    assert of(placed(site / "yaml/other.so")) is None


def test_a_program_is_part_of_the_project_of_its_environment(tmp_path: Path) -> None:
    recorded(tmp_path / "lib/python3.12/site-packages", "ruff-0.6.9", "../../../bin/ruff")
    assert of(placed(tmp_path / "bin/ruff")) == RUFF
    assert of(placed(tmp_path / "bin/other")) is None


def test_a_program_below_a_target_is_found_although_its_record_names_another_place(tmp_path: Path) -> None:
    recorded(tmp_path / "deps", "ruff-0.6.9", "../../bin/ruff")
    assert of(placed(tmp_path / "deps/bin/ruff")) == RUFF


def test_a_project_without_a_record_records_nothing(tmp_path: Path) -> None:
    (tmp_path / "ruff-0.6.9.dist-info/RECORD").mkdir(parents=True)
    (tmp_path / "a-1.dist-info").mkdir()
    assert of(placed(tmp_path / "ruff")) is None


def test_what_is_in_a_wheel_is_told_by_the_wheels_name() -> None:
    name = "ruff-0.6.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl!ruff-0.6.9.data/scripts/ruff"
    assert published(program(b"\x7fELF", path=name)) == RUFF
