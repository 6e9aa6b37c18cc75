"""The wheel and the sdist: what is in them, and that they install and work in an environment with nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

from libccheck import __version__
from tests import toolchains
from tests.forge import GLIBC, elf
from tests.pipelines.tools import environment, tool
from tests.reality.sample import dear, few
from tests.toolchains import PROJECT

_SECONDS = 600
_REQUIRED = {"click", "docker", "pyelftools", "requests", "rich", "tomli"}
"""requests is what docker takes, and reads registries; tomli is for Python 3.10 only, which has no tomllib."""
_VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
_OLDEST, _OTHERS = _VERSIONS[0], _VERSIONS[1:]
_IMPORTS = """
import importlib, pkgutil, libccheck
for each in pkgutil.walk_packages(libccheck.__path__, "libccheck."):
    if each.name != "libccheck.__main__":
        importlib.import_module(each.name)
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with both, built by `build` from a copy of the sources: the wheel from the sdist, as it does."""
    dear("building packages")
    place = tmp_path_factory.mktemp("packages")
    ignore = shutil.ignore_patterns("__pycache__", ".build", ".venv", ".git", ".*_cache", ".hypothesis")
    shutil.copytree(PROJECT, place / "sources", ignore=ignore, symlinks=True)
    try:
        python = tool("python")
    except toolchains.MissingError as error:
        toolchains.missing(error)
    run([python, "-m", "build", "--outdir", str(place / "dist"), str(place / "sources")], place)
    return place / "dist"


def run(command: list[str], place: Path, **more: str) -> str:
    around = {**environment(place), "PYTHONDONTWRITEBYTECODE": "1", **more}
    done = subprocess.run(command, cwd=place, env=around, capture_output=True, text=True, check=False, timeout=_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def one(place: Path, pattern: str) -> Path:
    (found,) = place.glob(pattern)
    return found


def test_the_wheel_is_pure_typed_and_without_tests(packages: Path) -> None:
    wheel = one(packages, "*.whl")
    assert wheel.name == f"libccheck-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
        metadata = message_from_bytes(packed.read(f"libccheck-{__version__}.dist-info/METADATA"))
    assert {name.partition("/")[0] for name in names} == {"libccheck", f"libccheck-{__version__}.dist-info"}
    assert "libccheck/py.typed" in names
    sources = {str(each.relative_to(PROJECT / "src")) for each in (PROJECT / "src").rglob("*") if each.is_file()}
    assert {each for each in sources if "__pycache__" not in each} == {
        each for each in names if "dist-info" not in each
    }
    assert not [name for name in names if re.search(r"\.(so|pyd|c|pyc)$|(^|/)tests?(/|_)", name)]
    assert metadata["Requires-Python"] == ">=3.10"
    wanted = [each.partition("; extra == ") for each in metadata.get_all("Requires-Dist") or []]
    named = {(re.split(r"[<>=; ]", each)[0], extra.strip("'\"")) for each, _, extra in wanted}
    assert {name for name, extra in named if not extra} == _REQUIRED
    assert {(name, extra) for name, extra in named if extra} == {("isal", "fast"), ("zstandard", "zstd")}


def test_the_sdist_holds_what_the_wheel_is_built_of(packages: Path) -> None:
    with tarfile.open(one(packages, "*.tar.gz")) as packed:
        names = {each.partition("/")[2] for each in packed.getnames()}
    assert {name.partition("/")[0] for name in names} == {
        *(".gitignore", "BENCHMARKS.md", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "docs", "pyproject.toml"),
        "src",
    }


@pytest.mark.parametrize("pattern", ["*.whl", "*.tar.gz"])
def test_it_works_where_nothing_else_is_installed(pattern: str, packages: Path, tmp_path: Path) -> None:
    run([sys.executable, "-m", "venv", "venv"], tmp_path)
    scripts = tmp_path / "venv" / "bin"
    run([str(scripts / "pip"), "install", "--quiet", str(one(packages, pattern))], tmp_path)
    works(str(scripts / "libccheck"), tmp_path)
    if pattern == "*.whl":
        run([str(scripts / "pip"), "install", "--quiet", f"{one(packages, pattern)}[fast,zstd]", "mypy"], tmp_path)
        works(str(scripts / "libccheck"), tmp_path)
        (tmp_path / "user.py").write_text("import libccheck\nreveal_type(libccheck.read_program)\n")
        told = run([str(scripts / "mypy"), "--strict", "user.py"], tmp_path)
        assert "libccheck.model.Program" in told


def works(libccheck: str, place: Path) -> None:
    (place / "app").write_bytes(elf(interpreter=GLIBC))
    (place / "app").chmod(0o755)
    assert run([libccheck, "--version"], place).startswith(f"libccheck {__version__}\n")
    told = run([libccheck, "check", "app", "-i", "alpine:3.20", "-i", "debian:bookworm", "--exit-zero"], place)
    assert "✗ refused LC101" in told
    data = json.loads(run([libccheck, "check", "app", "-i", "scratch", "--exit-zero", "--format", "json"], place))
    assert data["checks"][0]["outcome"]["errno"] == "ENOENT"
    assert run([libccheck, "explain", "LC101"], place).startswith("# LC101")
    assert "glibc 2.36" in run([libccheck, "probe", "debian:bookworm"], place)
    run([libccheck, "inspect", "app"], place)
    run([libccheck, "catalog", "list", "alpine"], place)


@pytest.mark.parametrize("version", [_OLDEST, *few(_OTHERS, 1, "python")])
def test_it_works_on_every_python_that_is_here(version: str, packages: Path, tmp_path: Path) -> None:
    python = _interpreter(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    run([python, "-m", "venv", "venv"], tmp_path)
    scripts = tmp_path / "venv" / "bin"
    run([str(scripts / "pip"), "install", "--quiet", str(one(packages, "*.whl"))], tmp_path)
    assert run([str(scripts / "python"), "--version"], tmp_path).startswith(f"Python {version}.")
    works(str(scripts / "libccheck"), tmp_path)
    run([str(scripts / "python"), "-W", "error::DeprecationWarning:libccheck", "-c", _IMPORTS], tmp_path)


def _interpreter(version: str) -> str | None:
    """One that answers: as pyenv keeps them, where it is used, or in PATH."""
    kept = os.environ.get("PYENV_ROOT")
    found = [str(each) for each in sorted(Path(kept, "versions").glob(f"{version}.*/bin/python3"))] if kept else []
    for each in (*found, f"python{version}"):
        if shutil.which(each) and not subprocess.run([each, "--version"], capture_output=True, check=False).returncode:
            return each
    return None
