"""A Go program that wants a newer processor ends in the words that are told of it: qemu plays the older one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from libccheck import check, open_image, read_program
from libccheck.model import Finding, Host
from tests import toolchains
from tests.reality.sample import dear


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built for x86-64-v3."""
    dear("a Go program for newer processors")
    room = tmp_path_factory.mktemp("processor")
    (room / "go.mod").write_text("module example.org/app\n\ngo 1.21\n")
    (room / "main.go").write_text('package main\n\nfunc main() { println("started") }\n')
    environment = toolchains.environment({"GOAMD64": "v3", "CGO_ENABLED": "0"})
    try:
        command = [*toolchains.command("go"), "build", "-o", "app", "."]
    except toolchains.MissingError as error:
        toolchains.missing(error)
    subprocess.run(command, cwd=room, env=environment, check=True)
    return room / "app"


def told(program: Path, host: Host) -> list[Finding]:
    image = open_image("scratch", platform="linux/amd64")
    (made,) = check([read_program(str(program))], [image], host=host).checks
    return [each for each in made.advice if each.code == "LC314"]


@pytest.mark.parametrize(("processor", "level"), [("qemu64", 1), ("max", 3)])
def test_the_words_are_those_that_it_ends_with(program: Path, processor: str, level: int) -> None:
    try:
        emulator = toolchains.command("qemu-x86_64-static")
    except toolchains.MissingError as error:
        toolchains.missing(error)
    ran = subprocess.run(
        [*emulator, "-cpu", processor, str(program)], capture_output=True, text=True, check=False, timeout=120
    )
    found = told(program, Host("x86_64", isa_level=level))
    assert (ran.returncode != 0) == bool(found)
    assert all(f'status {ran.returncode} and the words "{ran.stderr.strip()}"' in each.message for each in found)


def test_where_nobody_says_which_processor_it_is_the_level_is_told(program: Path) -> None:
    (only,) = told(program, Host("x86_64"))
    assert (only.subject, only.message) == ("x86-64-v3", "/app wants a CPU of level x86-64-v3")
