"""What a check in JSON does not import, because it must start fast; and what the public API holds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import libccheck
from libccheck.formats import REPORTS
from tests.forge import elf

HEAVY = (
    "dataclasses",
    "docker",
    "elftools",
    "importlib.metadata",
    "importlib.resources",
    "logging",
    "requests",
    "rich",
    "subprocess",
    "tarfile",
    "tempfile",
    "urllib.request",
)
OF_CLICK = {"subprocess"} if sys.version_info < (3, 11) else set()
"""What click itself takes: there the standard library's uuid, which imports that."""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "app"
    path.write_bytes(elf(kind=2))
    path.chmod(0o755)
    return path


def imported_by(*arguments: str) -> set[str]:
    code = "import sys; from libccheck.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    environment = {**os.environ, "PYTHONPATH": str(Path(libccheck.__path__[0]).parent)}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return set(done.stderr.split())


@pytest.mark.parametrize("image", ["scratch", "catalog:alpine:3.20", "alpine:3.20", "dir:."])
def test_a_check_in_json_imports_nothing_heavy(program: Path, image: str) -> None:
    modules = imported_by("check", str(program), "--image", image, "--format", "json")
    assert "libccheck.formats.json" in modules
    assert not modules & set(HEAVY) - OF_CLICK
    assert not modules & {form.module for name, form in REPORTS.items() if name != "json"}


def test_a_check_as_text_imports_rich_but_neither_engine_nor_elftools(program: Path) -> None:
    modules = imported_by("check", str(program), "--image", "scratch")
    assert "rich.console" in modules
    assert not modules & {"docker", "requests", "elftools", "importlib.metadata", "rich.table", "rich.markdown"}


def test_the_version_costs_next_to_nothing() -> None:
    modules = imported_by("--version")
    assert not {name for name in modules if name.startswith("libccheck.launch")}


def test_the_public_names_are_what_they_say() -> None:
    import libccheck.checking  # a module of the package must not take the place of a public name

    assert callable(libccheck.check)
    assert callable(libccheck.open_image)
    assert callable(libccheck.read_program)
    fields: tuple[str, ...] = libccheck.Report._fields
    assert fields == ("version", "checks", "errors", "judgments", "configuration", "sources")
    assert set(libccheck.__all__) <= set(dir(libccheck))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = libccheck.nothing


def test_the_version_is_that_of_the_distribution() -> None:
    project = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{libccheck.__version__}"' in project
