"""libccheck's own Dockerfile: checked by libccheck, built and run in a real engine, and small and unprivileged there.

The public base is stood in for by a Debian root with Python in it; packages come from a directory.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from libccheck import __version__
from libccheck.dockerfile import check_dockerfile
from libccheck.launch import launch
from libccheck.model import Host, Process, Started
from tests import toolchains
from tests.dockerfiles.judging import base
from tests.engine.engine import Engine
from tests.forge import GLIBC, elf
from tests.reality.roots import Roots, debian
from tests.toolchains import PROJECT

_BASE = "python:3.13-slim-bookworm"
_TAG = "libccheck/own"
_PLACE = "/opt/libccheck/bin/libccheck"
_MOST_BYTES = 80_000_000
"""What it adds to its base: the catalog, what it takes of others, and their compiled modules."""


@pytest.fixture(scope="module")
def own(engine: Engine, roots: Roots, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The image, built of the files that its Dockerfile names."""
    try:
        engine.import_root((roots.made("python-1", _python),), _BASE)
    except toolchains.MissingError as error:
        toolchains.missing(error)
    place = tmp_path_factory.mktemp("own")
    for name in ("LICENSE", "README.md", "pyproject.toml", "Dockerfile"):
        shutil.copy(PROJECT / name, place)
    shutil.copytree(PROJECT / "src", place / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (place / ".dockerignore").write_text((PROJECT / ".dockerignore").read_text() + "!wheels\n")
    _packages(place / "wheels")
    arguments = ("--build-arg=PIP_NO_INDEX=1", "--build-arg=PIP_FIND_LINKS=/src/wheels")
    engine.build(place / "Dockerfile", place, _TAG, *arguments)
    return _TAG


def _python(root: Path) -> None:
    debian("bookworm", root, variant="minbase", packages="python3,python3-pip")
    (root / "usr" / "bin" / "python").symlink_to("python3")


def _packages(place: Path) -> None:
    """What pip would fetch during the build."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", f"--wheel-dir={place}"]
    done = subprocess.run([*command, str(PROJECT), "hatchling"], capture_output=True, text=True, check=False)
    if done.returncode:
        toolchains.missing(f"pip does not get the packages: {done.stderr.strip()[-300:]}")
    for each in place.glob("libccheck-*.whl"):
        each.unlink()


def test_it_starts_as_predicted_and_checks_programs(own: str, engine: Engine, tmp_path: Path) -> None:
    image = engine.opened(own)
    predicted = launch(image.tree, _PLACE, Process((_PLACE,), image.config.env), Host("x86_64"))
    assert isinstance(predicted.outcome, Started)
    ran = engine.run(own, "--version")
    assert (ran.status, ran.stdout.partition("\n")[0]) == (0, f"libccheck {__version__}"), ran.stderr
    (tmp_path / "app").write_bytes(elf(interpreter=GLIBC))
    (tmp_path / "app").chmod(0o755)
    tmp_path.chmod(0o755)
    mounted = f"--volume={tmp_path}:/work:ro"
    ran = engine.docker("run", "--rm", "--network=none", mounted, own, "check", "app", "-i", "alpine:3.20", check=False)
    assert ran.status == 1
    assert "✗ app is refused in alpine:3.20" in ran.stdout


def test_it_is_unprivileged_and_small(own: str, engine: Engine) -> None:
    image = engine.opened(own)
    assert image.config.user == "65532:65532"
    assert engine.run(own, "-c", "import os; print(os.getuid())", entrypoint="python").stdout == "65532\n"
    added = sum(layer.size for layer in image.layers) - sum(layer.size for layer in engine.opened(_BASE).layers)
    assert 0 < added < _MOST_BYTES
    assert engine.run(own, "-m", "pip", "--version", entrypoint="/opt/libccheck/bin/python").status != 0


def test_its_dockerfile_passes_before_the_build() -> None:
    text = (PROJECT / "Dockerfile").read_text()
    report = check_dockerfile(text, file="Dockerfile", open_base=base)
    assert [each.code for check in report.checks for each in check.launch.findings] == ["LC902"]
