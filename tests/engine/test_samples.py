"""The steps of `samples/`: built and run in a real engine, each ending as was predicted before and after the build.

The public bases are those of `builders.py`.
"""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from libccheck import check, read_program
from libccheck.contexts import DirectoryContext
from libccheck.dockerfile import check_dockerfile
from libccheck.launch import launch
from libccheck.model import Check, Host, Image, Launch, Process, Started
from libccheck.process import DEFAULT_PATH
from libccheck.verdict import kind_of_outcome
from libccheck.wording import seen
from tests import toolchains
from tests.dockerfiles.judging import base
from tests.engine.engine import Engine
from tests.engine.tally import SEEN

_SAMPLES = toolchains.PROJECT / "samples"
_WORDS = {"httpd": "http daemon start\n  -> listen on port:8080\n", "hello": "hello from C\n"}


class Step(NamedTuple):
    """A Dockerfile, the options of its build, the program in the image, and whether the article saw it start."""

    dockerfile: str
    place: str
    starts: bool
    options: tuple[str, ...] = ()


STEPS = {
    "1-fat": Step("1-fat/Dockerfile", "/usr/local/bin/httpd", True),
    "3-dynamic-on-alpine": Step("3-dynamic-on-alpine/Dockerfile", "/httpd", False),
    "4-built-on-alpine": Step("4-built-on-alpine/Dockerfile", "/httpd", True),
    "5-multi-stage": Step("5-multi-stage/Dockerfile", "/httpd", True),
    "6-static-scratch": Step("6-static/Dockerfile", "/httpd", True, ("--target=scratch",)),
    "6-static-busybox": Step("6-static/Dockerfile", "/httpd", True, ("--target=busybox",)),
    "7-busybox-glibc": Step("7-busybox-glibc/Dockerfile", "/httpd", True),
    **{
        f"c-{libc}-on-{base}": Step(
            f"c-{libc}/Dockerfile",
            "/hello",
            libc == "static" or base in ("busybox:glibc", "debian:bookworm-slim"),
            (f"--build-arg=BASE={base}",),
        )
        for libc in ("glibc", "static")
        for base in ("alpine:3.20", "busybox:glibc", "busybox:musl", "debian:bookworm-slim", "scratch")
    },
    **{
        f"c-musl-on-{base}": Step(
            "c-musl/Dockerfile",
            "/hello",
            base == "alpine:3.20",
            (f"--build-arg=BASE={base}", "--build-arg=BUILDER=golang:1.25-alpine"),
        )
        for base in ("alpine:3.20", "busybox:glibc", "busybox:musl", "scratch")
    },
}


@pytest.fixture(scope="module", params=STEPS)
def built(request: pytest.FixtureRequest, engine: Engine, bases: None) -> tuple[Step, str]:  # noqa: ARG001
    step, name = STEPS[request.param], f"sample:{request.param.lower().replace(':', '-')}"
    engine.build(_SAMPLES / step.dockerfile, _SAMPLES, name, *step.options)
    return step, name


def test_a_step_ends_as_predicted(built: tuple[Step, str], engine: Engine, tmp_path: Path) -> None:
    step, name = built
    image = engine.opened(name)
    process = Process((step.place,), (("PATH", DEFAULT_PATH),))
    inside = launch(image.tree, step.place, process, Host("x86_64"))
    assert isinstance(inside.outcome, Started) == step.starts
    assert kind_of_outcome(_before(step).launch.outcome) == kind_of_outcome(inside.outcome)
    assert _placed(step, image, engine, name, tmp_path).outcome == inside.outcome
    expected = _WORDS[step.place.rpartition("/")[2]] if step.starts else seen(inside, process)["docker"]
    ended = _ran(engine, name, step)
    SEEN.add("docker", inside, equal=ended.strip() == (expected or "").strip())
    assert ended.strip() == (expected or "").strip()


def test_the_glue_of_the_second_step_gives_a_server_that_starts(
    engine: Engine,
    bases: None,  # noqa: ARG001
    tmp_path: Path,
) -> None:
    """`build.sh` as it stands, with a docker that talks to our engine."""
    client = tmp_path / "bin" / "docker"
    client.parent.mkdir()
    client.write_text(f'#!/bin/sh\nDOCKER_HOST={engine.address} DOCKER_BUILDKIT=1 exec /usr/bin/docker "$@"\n')
    client.chmod(client.stat().st_mode | stat.S_IXUSR)
    environment = {**os.environ, "PATH": f"{client.parent}:{os.environ['PATH']}"}
    command = ["sh", "2-glue/build.sh", "--network=none", "-q"]
    subprocess.run(command, cwd=_SAMPLES, env=environment, check=True, capture_output=True)
    assert _ran(engine, "httpd-glue", Step("", "/httpd", True)) == _WORDS["httpd"]
    assert engine.docker("ps", "-aq").stdout == ""


def _before(step: Step) -> Check:
    """What is said of the Dockerfile alone, by the catalog."""
    options = dict(option.lstrip("-").partition("=")[::2] for option in step.options)
    arguments = dict(option.split("=", 2)[1:] for option in step.options if option.startswith("--build-arg="))
    text, context = (_SAMPLES / step.dockerfile).read_text(), DirectoryContext(str(_SAMPLES))
    report = check_dockerfile(
        text,
        file=step.dockerfile,
        open_base=base,
        context=context,
        target=options.get("target"),
        arguments=arguments,
    )
    return report.checks[0]


def _placed(step: Step, image: Image, engine: Engine, name: str, room: Path) -> Launch:
    """The program taken out of the image, checked against the image by the command's own way."""
    container = engine.docker("create", name, "/").stdout.strip()
    program = room / step.place.rpartition("/")[2]
    engine.docker("cp", f"{container}:{step.place}", str(program))
    engine.docker("rm", container)
    report = check([read_program(str(program))], [image], at=step.place)
    return report.checks[0].launch


def _ran(engine: Engine, name: str, step: Step) -> str:
    """What a container prints in its first seconds; a server is stopped then."""
    container = engine.docker("run", "-d", "--network=none", name, check=False)
    identity = container.stdout.strip()
    for _ in range(50):
        logs = engine.docker("logs", identity)
        running = engine.docker("inspect", "-f", "{{.State.Running}}", identity).stdout.strip() == "true"
        printed = logs.stdout + logs.stderr
        if not running or printed.count("\n") >= _WORDS[step.place.rpartition("/")[2]].count("\n"):
            break
    logs = engine.docker("logs", identity)
    engine.docker("rm", "-f", identity)
    return logs.stdout + logs.stderr
