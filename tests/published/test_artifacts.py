"""What the essay of LC101 says of npm and pip brings the artefact for musl, which starts where the other does not."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from libccheck import check, open_image, read_program
from libccheck.model import Outcome, Process, Started
from tests import toolchains
from tests.extent import everything
from tests.reality.reality import Reality, UnavailableError
from tests.reality.roots import ROOTS

_NPM = "npm install --cpu=x64 --os=linux --libc=musl NAME"
_PIP = "pip download --only-binary=:all: --platform=musllinux_1_2_x86_64 NAME"
_ESSAY = Path(__file__).parents[2] / "src/libccheck/rules/LC101.md"
_SECONDS = 300


@pytest.mark.skipif(not everything(), reason="LIBCCHECK_PROOFS is not set")
@pytest.mark.parametrize(
    ("command", "name", "program"),
    [
        (_NPM, "@biomejs/biome@1.9.4", "node_modules/@biomejs/cli-linux-x64-musl/biome"),
        (_PIP, "ruff==0.6.9", "ruff-0.6.9.data/scripts/ruff"),
    ],
    ids=["npm", "pip"],
)
def test_the_artefact_for_musl_starts(command: str, name: str, program: str, reality: Reality, tmp_path: Path) -> None:
    assert f"`{command}`" in _ESSAY.read_text(encoding="utf-8")
    try:
        for_musl, for_glibc = tmp_path / "musl", tmp_path / "glibc"
        _carry_out(command.replace("NAME", name), for_musl)
        _carry_out(
            command.replace("musllinux_1_2", "manylinux2014").replace("=musl", "=glibc").replace("NAME", name),
            for_glibc,
        )
        assert isinstance(_started(for_musl / program, reality, tmp_path / "1"), Started)
        assert not isinstance(_started(for_glibc / program.replace("-musl", ""), reality, tmp_path / "2"), Started)
    except (toolchains.MissingError, UnavailableError) as error:
        toolchains.missing(error)


def _carry_out(command: str, room: Path) -> None:
    """In an empty directory; wheels are unpacked there."""
    room.mkdir()
    tool, *words = shlex.split(command)
    called = [sys.executable, "-m", "pip"] if tool == "pip" else [shutil.which(tool) or tool]
    done = subprocess.run([*called, *words], cwd=room, capture_output=True, text=True, check=False, timeout=_SECONDS)
    if done.returncode:
        raise toolchains.MissingError(f"{command}: {done.stderr[-300:]}")
    for wheel in room.glob("*.whl"):
        with zipfile.ZipFile(wheel) as file:
            file.extractall(room)


def _started(path: Path, reality: Reality, room: Path) -> Outcome:
    """What becomes of it on musl, as predicted."""
    path.chmod(0o755)
    layer = room / "layer"
    (layer / "proc").mkdir(parents=True)
    shutil.copy(path, layer / path.name)
    root = ROOTS.path("musl")
    place = f"/{path.name}"
    seen = reality.execute((layer, root), place, Process((place,), (("PATH", "/bin"),)), word=None)
    (made,) = check([read_program(str(path))], [open_image(f"dir:{root}", platform="linux/amd64")]).checks
    assert made.launch.outcome == seen
    return seen
