"""The steps of `samples/`: what is said of a Dockerfile before the build is what is said of the program after it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from libccheck import check, read_program
from libccheck.contexts import DirectoryContext
from libccheck.dockerfile import check_dockerfile
from libccheck.model import Report
from libccheck.verdict import kind_of_outcome
from tests import toolchains
from tests.dockerfiles.judging import base

SAMPLES = toolchains.PROJECT / "samples"
BASES = ("alpine:3.20", "busybox:glibc", "busybox:musl", "debian:bookworm-slim", "scratch")
STEPS = [
    # the Dockerfile, target, arguments; the program as it is built, the base that it then runs on
    ("3-dynamic-on-alpine", None, {}, "httpd", "alpine:3.20"),
    ("4-built-on-alpine", None, {}, "httpd-musl", "alpine:3.20"),
    ("5-multi-stage", None, {}, "httpd", "debian:bookworm-slim"),
    ("6-static", "scratch", {}, "httpd-static", "scratch"),
    ("6-static", "busybox", {}, "httpd-static", "busybox:musl"),
    ("7-busybox-glibc", None, {}, "httpd", "busybox:glibc"),
    *(
        (f"c-{libc}", None, {"BASE": base}, f"hello-{libc}", base)
        for libc in ("glibc", "musl", "static")
        for base in BASES
    ),
]


def before(name: str, target: str | None, arguments: dict[str, str]) -> Report:
    return check_dockerfile(
        (SAMPLES / name / "Dockerfile").read_text(),
        file=f"{name}/Dockerfile",
        open_base=base,
        context=DirectoryContext(str(SAMPLES)),
        target=target,
        arguments=arguments,
    )


@pytest.mark.parametrize(("name", "target", "arguments", "program", "runs_on"), STEPS)
def test_the_verdict_before_the_build_is_that_after_it(
    name: str, target: str | None, arguments: dict[str, str], program: str, runs_on: str, programs: Path
) -> None:
    (found,) = before(name, target, arguments).checks
    image = base(runs_on, "linux/amd64")
    assert image is not None
    (built,) = check([read_program(str(programs / program))], [image]).checks
    assert kind_of_outcome(found.launch.outcome) == kind_of_outcome(built.launch.outcome)
    of_launch = [each.code for each in found.launch.findings if each.code[:3] in ("LC1", "LC2")]
    assert of_launch == [each.code for each in built.launch.findings if each.code[:3] in ("LC1", "LC2")]


def test_the_first_steps_run_where_they_were_built() -> None:
    for name, file in (("1-fat", "Dockerfile"), ("2-glue", "Dockerfile.build")):
        text = (SAMPLES / name / file).read_text()
        (found,) = check_dockerfile(text, file=file, open_base=base, context=DirectoryContext(str(SAMPLES))).checks
        assert kind_of_outcome(found.launch.outcome) == "starts"
        assert [each.code for each in found.launch.findings] == ["LC411"]


def test_what_the_glue_hands_over_is_checked_as_it_is(programs: Path, tmp_path: Path) -> None:
    text = (SAMPLES / "2-glue" / "Dockerfile.run").read_text()
    (tmp_path / "httpd").write_bytes((programs / "httpd").read_bytes())
    (tmp_path / "httpd").chmod(0o755)
    context = DirectoryContext(str(tmp_path))
    (found,) = check_dockerfile(text, file="Dockerfile.run", open_base=base, context=context).checks
    assert kind_of_outcome(found.launch.outcome) == "starts"
    changed = text.replace("bookworm", "bullseye")
    (found,) = check_dockerfile(changed, file="Dockerfile.run", open_base=base, context=context).checks
    assert [each.code for each in found.launch.findings][:2] == ["LC410", "LC203"]


def test_a_two_stage_dockerfile_is_answered_at_once() -> None:
    base("alpine:3.20", "linux/amd64")
    began = time.process_time()
    before("3-dynamic-on-alpine", None, {})
    assert time.process_time() - began < 1
