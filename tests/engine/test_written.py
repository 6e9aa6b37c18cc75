"""What `recommend --dockerfile` writes for real programs is built by a real engine, and its container starts.

The public images are stood in for: those that build by the Debian root with compilers of `builders.py`, those that
run by roots of the corpus of the same C library. An alpine that both builds and runs is the Debian root, whose `cc` is
musl-gcc then, and which has musl's loader. What a RUN line adds by `apk` is there before.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from demo.build import environment

from libccheck.cli import main
from libccheck.contexts import DirectoryContext
from libccheck.dockerfile import check_dockerfile
from libccheck.model import Started
from tests import toolchains
from tests.dockerfiles.judging import base
from tests.engine.builders import with_rust
from tests.engine.engine import Engine
from tests.extent import everything
from tests.reality.roots import Roots
from tests.reality.sample import few

_SAMPLES = toolchains.PROJECT / "samples"
_ROOTS = {
    # what a base is called: the root that runs in its stead
    "alpine": "musl",
    "busybox-glibc": "minimal-bookworm",
    "busybox": "static-busybox",
    "debian": "debian-bookworm",
    "gcr.io/distroless/base": "debian-bookworm",
    "gcr.io/distroless/cc": "debian-bookworm",
}
_ASKS = """package main

import (
\t"crypto/x509"
\t"fmt"
\t"net/http"
\t"os"
\t"os/user"
\t"time"
)

func main() {
\tif len(os.Args) > 1 {
\t\t_, _ = http.Get(os.Args[1])
\t}
\tpool, err := x509.SystemCertPool()
\tzone, wrong := time.LoadLocation("Europe/Kyiv")
\tfile, failed := os.CreateTemp("", "")
\twho, unknown := user.Current()
\tfmt.Println(err, wrong, failed, unknown)
\tfmt.Println("all is there:", len(pool.Subjects()) > 9, zone, file.Name()[:5], who.Username)
}
"""
_CARGO = '[package]\nname = "hello-rust"\nversion = "0.1.0"\nedition = "2018"\n'
_RUST = 'fn main() {\n    println!("hello from Rust");\n}\n'
_SH = "#!/bin/sh\necho started by a script\n"


class Story(NamedTuple):
    """A program, the directory of its sources, how `recommend` is asked, and what the container says."""

    program: str
    sources: Path | None
    options: tuple[str, ...]
    says: str


_SERVER, _HELLO = "  -> listen on port:8080\n", "hello from C\n"
STORIES = {
    **{f"{each}": Story(each, _SAMPLES / "go", (), _SERVER) for each in ("httpd", "httpd-static", "httpd-musl")},
    **{f"{each}": Story(each, _SAMPLES / "c", (), _HELLO) for each in ("hello-glibc", "hello-musl", "hello-static")},
    **{
        f"{name}-change-{number}": Story(name, _SAMPLES / place, ("--change", str(number)), says)
        for name, place, says in (
            ("httpd", "go", _SERVER),
            ("httpd-musl", "go", _SERVER),
            ("hello-glibc", "c", _HELLO),
            ("hello-musl", "c", _HELLO),
        )
        for number in (1, 2)
    },
    "all-that-images-lack": Story("asks", None, (), "all is there: true Europe/Kyiv /tmp/ app\n"),
    "rust": Story("hello-rust", None, (), "hello from Rust\n"),
    "a-script": Story("run.sh", None, (), "started by a script\n"),
    "copied-as-it-is": Story("stripped", None, (), _HELLO),
}
_FEW = ("httpd", "hello-static", "all-that-images-lack", "copied-as-it-is", "hello-musl")


@pytest.fixture
def place(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Path:  # noqa: ARG001
    """The sources of a story, and the program in them, as it was built on this machine."""
    story: Story = request.getfixturevalue("story")
    programs: Path = request.getfixturevalue("programs")  # built only where there is an engine
    if story.sources is not None:
        shutil.copytree(story.sources, tmp_path, dirs_exist_ok=True)
        shutil.copy(programs / story.program, tmp_path)
    elif story.program == "run.sh":
        (tmp_path / "run.sh").write_text(_SH)
        (tmp_path / "run.sh").chmod(0o755)
    elif story.program == "hello-rust":
        _build_with_cargo(tmp_path)
    elif story.program == "stripped":
        shutil.copy(programs / "hello-static", tmp_path / "stripped")
        _without_a_trace(tmp_path / "stripped")
    else:
        (tmp_path / "go.mod").write_text("module example.org/asks\n\ngo 1.19\n")
        (tmp_path / "main.go").write_text(_ASKS)
        command = [*toolchains.command("go"), "build", "-o", story.program, "."]
        subprocess.run(command, cwd=tmp_path, env={**environment(), "CGO_ENABLED": "0"}, check=True)
    return tmp_path


@pytest.fixture
def story(request: pytest.FixtureRequest) -> Story:
    return STORIES[request.param]


@pytest.mark.usefixtures("bases")
@pytest.mark.parametrize("story", STORIES if everything() else few(_FEW, 2, "written"), indirect=True)
def test_what_is_written_builds_and_starts(
    story: Story, place: Path, engine: Engine, roots: Roots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    assert main(["recommend", story.program, "--dockerfile", "--output", ".", *story.options]) == 0
    text = (place / "Dockerfile").read_text()
    report = check_dockerfile(text, file="Dockerfile", open_base=base, context=DirectoryContext(str(place)))
    assert [(type(each.launch.outcome), each.launch.findings) for each in report.checks] == [(Started, ())]
    for name, builds in _named(text):
        _stand_in(engine, roots, name, builds, place.parent / f"{place.name}-base")
    tag = f"written:{story.program}"
    engine.build(place / "Dockerfile", place, tag)
    assert (
        engine.docker("inspect", "-f", "{{.Config.User}} {{len .Config.Entrypoint}}", tag).stdout == "65532:65532 1\n"
    )
    assert _said(engine, tag, story.says).endswith(story.says)


def test_there_is_one_for_each_sample_and_each_way() -> None:
    assert set(_FEW) <= set(STORIES)
    assert {each.program for each in STORIES.values()} >= {each.name for each in _samples()}


def _samples() -> Iterator[Path]:
    from demo.build import samples

    yield from (Path(each.name) for each in samples())


def _build_with_cargo(place: Path) -> None:
    (place / "src").mkdir()
    (place / "src" / "main.rs").write_text(_RUST)
    (place / "Cargo.toml").write_text(_CARGO)
    tools = toolchains.rust_root() / "bin"
    settings = {**environment(), "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    command = [str(tools / "cargo"), "build", "--release", "--offline"]
    subprocess.run(command, cwd=place, env=settings, check=True, capture_output=True)
    shutil.copy(place / "target" / "release" / "hello-rust", place)


def _without_a_trace(program: Path) -> None:
    """The program without what tells its toolchain: no sections."""
    data = bytearray(program.read_bytes())
    data[40:48], data[60:64] = bytes(8), bytes(4)  # e_shoff, e_shnum, e_shstrndx
    program.write_bytes(data)
    program.chmod(0o755)


def _named(text: str) -> list[tuple[str, bool]]:
    """The images that a Dockerfile takes, each once, and whether a program is built on it."""
    builders = re.findall(r"^FROM (\S+) AS \w+$", text, re.MULTILINE)
    others = re.findall(r"^FROM (\S+)$|^COPY --from=(\S*[:/]\S*)", text, re.MULTILINE)
    named = [*builders, *(each for pair in others for each in pair if each)]
    return [(each, each in builders) for each in dict.fromkeys(named) if each != "scratch"]


def _stand_in(engine: Engine, roots: Roots, name: str, builds: bool, room: Path) -> None:
    if not builds:
        repository, _, tag = name.partition(":")
        kind = (
            f"{repository}-glibc" if repository == "busybox" and "glibc" in tag else repository.partition("-debian")[0]
        )
        engine.import_root((roots.path(_ROOTS[kind]),), name)
    elif "alpine" in name:
        room.mkdir()
        text = "FROM golang:1.25-alpine\nRUN ln -sf /usr/bin/musl-gcc /usr/local/bin/cc\n"
        (room / "Dockerfile").write_text(text)
        engine.build(room / "Dockerfile", room, name)
    elif name.startswith("rust:"):
        engine.import_root((roots.made("builder-rust", with_rust),), name)
    else:
        engine.docker("tag", "golang:1.25-bookworm", name)


def _said(engine: Engine, tag: str, words: str) -> str:
    """What a container prints until it has said that, or ended."""
    container = engine.docker("run", "-d", "--network=none", tag).stdout.strip()
    try:
        for _ in range(100):
            running = engine.docker("inspect", "-f", "{{.State.Running}}", container).stdout.strip() == "true"
            logs = engine.docker("logs", container)
            if not running or words in logs.stdout + logs.stderr:
                break
            time.sleep(0.05)
        return logs.stdout + logs.stderr
    finally:
        engine.docker("rm", "-f", container)
