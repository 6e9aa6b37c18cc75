"""Every kind of remedy carried out as its commands say, and the result really started."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from demo.build import build, recipes

from libccheck import check, open_image, read_program
from libccheck.model import Image, Process, Remedy, Started
from tests import toolchains
from tests.reality.corpus import PATH
from tests.reality.programs.sources import HELLO
from tests.reality.reality import ANNOUNCEMENT, Reality, UnavailableError
from tests.reality.roots import Roots
from tests.reality.workshop import Built, Content, Workshop

_ROOTS = Roots()
_WORKSHOP = Workshop(toolchains.BUILD / "corpus")
_BASES = ("static-busybox", "musl", "minimal-host", "whole-host")
"""From the smallest to the largest, as a catalog would offer them."""

_MATHS = (
    '#include <math.h>\n#include <stdio.h>\nint main(int n, char **a){(void)a;puts("started");return (int)cbrt(n);}\n'
)
_THROWS = '#include <stdio.h>\nstruct S{S(){puts("started");}};static S s;int main(){try{throw 1;}catch(int){}}\n'


class Story(NamedTuple):
    """A program that does not start in `root`, and the beginning of the title of the remedy that is carried out."""

    name: str
    content: Content
    root: str
    title: str
    mode: int = 0o755
    file: str = "app"


def _script(first: str, rest: str = f"echo {ANNOUNCEMENT}\n") -> bytes:
    return (first + rest).encode()


_GLIBC = Built("gcc", HELLO, ("-O1",))
_MUSL = Built("musl-gcc", HELLO, ("-O1",))

STORIES = (
    *(
        Story(f"crlf-{root}", _script("#!/bin/sh\r\n", f"echo {ANNOUNCEMENT}\r\n"), root, "give it LF", file="run.sh")
        for root in ("static-busybox", "musl", "minimal-host", "whole-host")
    ),
    Story("crlf-bash", _script("#!/bin/bash\r\n", f"echo {ANNOUNCEMENT}\r\n"), "musl", "give it LF", file="run.sh"),
    Story("bash", _script("#!/bin/bash\n"), "musl", "name an interpreter"),
    Story("bash-e", _script("#!/bin/bash -e\n"), "static-busybox", "name an interpreter"),
    Story("env-bash", _script("#!/usr/bin/env bash\n"), "static-busybox", "name an interpreter"),
    Story("env-split", _script("#!/usr/bin/env sh -e\n"), "musl", "name an interpreter"),
    Story("moved", _script("#!/usr/bin/sh\n"), "static-busybox", "name an interpreter"),
    Story("mark", b"\xef\xbb\xbf" + _script("#!/bin/sh\n"), "musl", "remove the byte order mark"),
    Story("no-line", _script(""), "static-busybox", "begin it with #!/bin/sh"),
    Story("no-line-no-bit", _script(""), "musl", "set the execute bit, and begin", 0o644),
    Story("no-bit", _script("#!/bin/sh\n"), "static-busybox", "set the execute bit", 0o644),
    Story("no-bit-copied", _script("#!/bin/sh\n"), "static-busybox", "set the execute bit as it is copied", 0o644),
    Story("program-no-bit", _GLIBC, "minimal-host", "set the execute bit", 0o644),
    Story("program-no-bit-copied", _GLIBC, "whole-host", "set the execute bit as it is copied", 0o644),
    *(Story(f"static-{root}", _GLIBC, root, "link it statically") for root in ("empty", "static-busybox", "musl")),
    Story("static-of-musl", _MUSL, "static-busybox", "link it statically"),
    *(Story(f"base-{root}", _GLIBC, root, "run it on dir:") for root in ("empty", "static-busybox", "musl")),
    Story("base-of-musl", _MUSL, "minimal-host", "run it on dir:"),
    Story("library", Built("g++", _THROWS, ("-O1",)), "minimal-host", "copy the"),
    Story("base-for-library", Built("g++", _THROWS, ("-O1",)), "minimal-host", "run it on dir:"),
    Story("library-libm", Built("gcc", _MATHS, ("-O0", "-fno-builtin", "-lm")), "spread-no-libm", "copy the missing"),
)


@pytest.fixture(scope="module")
def reality() -> Iterator[Reality]:
    try:
        reality = Reality()
    except UnavailableError as error:
        toolchains.missing(error)
    with reality:
        yield reality


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_what_a_remedy_says_makes_the_program_start(story: Story, reality: Reality, tmp_path: Path) -> None:
    try:
        root = _root(story.root, tmp_path)
        layer = _laid_out(tmp_path)
        program = tmp_path / story.file
        program.write_bytes(_WORKSHOP.read(story.content))
        program.chmod(story.mode)
        before = reality.execute((_with(layer, program), root), f"/{story.file}", _process(story.file))
        assert not isinstance(before, Started)
        remedy = _remedy(story, program, root)
        root = _carried_out(remedy, program, layer, root)
        after = reality.execute((_with(layer, program), root), f"/{story.file}", _process(story.file))
    except (toolchains.MissingError, UnavailableError) as error:
        toolchains.missing(error)
    assert isinstance(after, Started), remedy.commands
    assert remedy.launch.outcome == after


def test_go_without_cgo_starts_where_the_cgo_build_does_not(reality: Reality, tmp_path: Path) -> None:
    try:
        with_c = next(each for each in recipes() if each.name == "httpd")
        program = tmp_path / "httpd"
        shutil.copy(build(with_c, toolchains.BUILD / "demo"), program)
        root = _ROOTS.path("static-busybox")
        remedy = _remedy(Story("go", b"", "static-busybox", "build it without cgo"), program, root)
        shutil.copytree(toolchains.PROJECT / "samples" / "go", tmp_path / "source")
        (command,) = remedy.commands
        assert command == "CGO_ENABLED=0 go build -o httpd ."
        environment = toolchains.environment()
        environment["PATH"] = f"{Path(toolchains.command('go')[0]).parent}:{environment['PATH']}"
        subprocess.run(["sh", "-c", command], cwd=tmp_path / "source", env=environment, check=True)
        layer = _laid_out(tmp_path)
        shutil.copy(tmp_path / "source" / "httpd", layer / "httpd")
        after = reality.execute((layer, root), "/httpd", _process("httpd"), word="http daemon start")
    except (toolchains.MissingError, UnavailableError) as error:
        toolchains.missing(error)
    assert isinstance(after, Started)


def _remedy(story: Story, program: Path, root: Path) -> Remedy:
    image = open_image(f"dir:{root}", platform="linux/amd64")
    report = check([read_program(str(program))], [image], bases=lambda _: _bases())
    remedies = report.checks[0].remedies
    found = [each for each in remedies if each.title.startswith(story.title)]
    assert found, [each.title for each in remedies]
    return found[0]


@cache
def _bases() -> tuple[Image, ...]:
    paths = [_ROOTS.path(each) for each in _BASES]
    return tuple(open_image(f"dir:{path}", platform="linux/amd64") for path in paths)


def _carried_out(remedy: Remedy, program: Path, layer: Path, root: Path) -> Path:
    """Do what the commands say; gives the root in which the program is to be started."""
    for command in remedy.commands:
        words = shlex.split(command)
        if words[0] == "FROM":
            root = Path(words[1].removeprefix("dir:"))
        elif words[0] == "COPY" and words[1].startswith("--from=dir:"):
            _copy(Path(words[1].removeprefix("--from=dir:")), words[2], layer, words[3])
        elif words[0] == "COPY":
            assert words[1] == "--chmod=0755"
            program.chmod(0o755)
        elif words[0] == "cc":
            _compile(words, program)
        else:
            subprocess.run(["sh", "-c", command], check=True)
    return root


def _compile(words: list[str], program: Path) -> None:
    (program.parent / f"{program.name}.c").write_text(HELLO)
    subprocess.run([*toolchains.command("gcc"), *words[1:]], cwd=program.parent, check=True)


def _copy(donor: Path, source: str, layer: Path, destination: str) -> None:
    """As COPY --from does: what the path leads to in the donor."""
    found = Path(os.path.realpath(f"{donor}{source}"))
    target = Path(f"{layer}{destination}")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(found, target)


def _root(name: str, room: Path) -> Path:
    """A root of the corpus; "spread-no-libm" is one without libm, made here."""
    if name != "spread-no-libm":
        return _ROOTS.path(name)
    root = room / "root"
    shutil.copytree(_ROOTS.path("minimal-host"), root, symlinks=True)
    (root / "lib/libm.so.6").unlink()
    return root


def _laid_out(room: Path) -> Path:
    layer = room / "layer"
    (layer / "proc").mkdir(parents=True)
    layer.chmod(0o755)
    return layer


def _with(layer: Path, program: Path) -> Path:
    target = layer / program.name
    target.unlink(missing_ok=True)
    shutil.copy(program, target)
    return layer


def _process(name: str) -> Process:
    return Process((f"/{name}",), (("PATH", PATH),))
