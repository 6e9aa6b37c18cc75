"""`check --verify` in real engines: what it says of predictions, in which bounds it runs, what it leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import jsonschema
import pytest

import libccheck.schema
from libccheck import check, open_image, read_program
from libccheck.cli import main
from libccheck.copies import read_copy
from libccheck.model import Check, Image, Refused, Report, Started
from libccheck.verify import verify
from tests import toolchains
from tests.engine.engine import Engine
from tests.engine.podman import Podman
from tests.engine.programs import FILES, lay_out
from tests.engine.tally import SEEN, Demand
from tests.extent import everything
from tests.reality.roots import Roots
from tests.reality.sample import few

_SPARE = ("one/libfoo.so", "none/libfoo.so")
_NAMES = tuple(name for name in FILES if name not in _SPARE)
_ROOTS = ("empty", "static-busybox", "musl", "minimal-host", "whole-host")
_OF_A_SAMPLE = ("static-busybox", "minimal-host")
_PATIENCE = 60  # seconds, for what ends by itself
_BUSYBOX = "localhost/libccheck/verified-static-busybox:1"
_LABEL = "label=libccheck.verify"
_SCHEMA = Path(libccheck.schema.__path__[0]) / "report-1.json"
SEEN.demand("verify", Demand(len(_ROOTS) * len(_NAMES), 100, ("starts", "LC101", "LC104", "LC201")))

_BOUNDS = r"""#!/bin/sh
touch /written 2>/dev/null && exit 3
grep -q 'CapEff:.*[1-9a-f]' /proc/self/status && exit 4
grep -q 'NoNewPrivs:.*1' /proc/self/status || exit 5
[ "$(ls /sys/class/net)" = lo ] || exit 6
[ "$COLOR" = blue ] && [ "$PWD" = /tmp ] && [ "$(id -u):$(id -g)" = 12:34 ] || exit 8
exit 42
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that all programs lie in."""
    directory = tmp_path_factory.mktemp("verified")
    try:
        lay_out(directory)
    except toolchains.MissingError as error:
        toolchains.missing(error)
    return directory / "app"


@pytest.fixture(autouse=True)
def _engine_of_the_tests(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine.address)


@pytest.fixture
def busybox(engine: Engine, roots: Roots) -> Image:
    return _imported(engine, roots, "static-busybox")


def _imported(runner: Engine | Podman, roots: Roots, root: str) -> Image:
    try:
        path = roots.path(root)
    except toolchains.MissingError as error:
        toolchains.missing(error)
    runner.import_root((path,), f"localhost/libccheck/verified-{root}:1")
    return runner.opened(f"localhost/libccheck/verified-{root}:1")


def _verified(app: Path, names: Sequence[str], image: Image) -> Report:
    copies = (read_copy(str(app), "/app"),)
    programs = [read_program(str(app / name)) for name in names]
    return verify(check(programs, [image], at="/app/", copies=copies), copies, seconds=_PATIENCE)


def _script(tmp_path: Path, text: str) -> str:
    (tmp_path / "script").write_text(text)
    (tmp_path / "script").chmod(0o755)
    return str(tmp_path / "script")


def _left(engine: Engine) -> list[str]:
    return (
        engine.docker("ps", "-aq", "--filter", _LABEL).stdout
        + engine.docker("images", "-aq", "--filter", _LABEL).stdout
    ).split()


def _images(engine: Engine) -> list[str]:
    """In an order of their own: those of one second come in any."""
    listed = engine.docker("images", "-a", "--no-trunc", "--format", "{{.ID}} {{.Repository}}")
    return sorted(listed.stdout.splitlines())


@pytest.mark.parametrize("root", _ROOTS if everything() else _OF_A_SAMPLE)
def test_a_prediction_holds_in_a_real_container(engine: Engine, roots: Roots, app: Path, root: str) -> None:
    image = _imported(engine, roots, root)
    before = _images(engine)
    report = _verified(app, few(_NAMES, 4, root), image)
    assert report.errors == ()
    for each in report.checks:
        assert each.verified
        SEEN.add("verify", each.launch, equal=each.verified.held is True)
    assert [(each.place, each.verified) for each in report.checks if not _held(each)] == []
    assert (_left(engine), _images(engine)) == ([], before)


def test_podman_holds_it_too(podman: Podman, roots: Roots, app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTAINER_HOST", podman.serve())
    image = _imported(podman, roots, "static-busybox")
    before = podman.podman("images", "-aq").stdout
    report = _verified(app, ("static", "glibc", "env-bash") if everything() else ("static", "glibc"), image)
    assert report.errors == ()
    assert [(each.place, each.verified) for each in report.checks if not _held(each)] == []
    assert podman.podman("images", "-aq").stdout == before
    assert podman.podman("ps", "-aq").stdout == ""


def _held(check: Check) -> bool:
    return check.verified is not None and check.verified.held is True


def test_a_prediction_that_is_wrong_does_not_hold(app: Path, busybox: Image) -> None:
    report = check([read_program(str(app / name)) for name in ("static", "glibc")], [busybox])
    starts, refused = (each.launch for each in report.checks)
    assert (type(starts.outcome), type(refused.outcome)) == (Started, Refused)
    wrong = (report.checks[0]._replace(launch=refused), report.checks[1]._replace(launch=starts))
    one, other = verify(report._replace(checks=wrong), (), seconds=_PATIENCE).checks
    assert one.verified
    assert other.verified
    assert (one.verified.held, one.verified.observed) == (False, "starts")
    assert (other.verified.held, other.verified.observed) == (False, "refused")
    assert "no such file or directory" in other.verified.stderr


def test_what_keeps_running_has_started(tmp_path: Path, busybox: Image, engine: Engine) -> None:
    programs = [read_program(_script(tmp_path, "#!/bin/sh\nsleep 1000\n"))]
    (only,) = verify(check(programs, [busybox]), (), seconds=1).checks
    assert only.verified
    assert only.verified[1:] == (True, "starts", None, "", "was still running after 1 s")
    assert _left(engine) == []


def test_it_runs_with_what_was_predicted_and_without_rights(tmp_path: Path, busybox: Image) -> None:
    programs = [read_program(_script(tmp_path, _BOUNDS))]
    report = check(programs, [busybox], env={"COLOR": "blue"}, workdir="/tmp", user="12:34")
    (only,) = verify(report, (), seconds=_PATIENCE).checks
    assert only.verified
    assert (only.verified.held, only.verified.status) == (True, 42)


def test_directories_archives_and_scratch_are_imported_for_the_time_being(
    engine: Engine, roots: Roots, app: Path, tmp_path: Path
) -> None:
    root = roots.path("static-busybox")
    subprocess.run(["tar", "-czf", str(tmp_path / "root.tgz"), "-C", str(root), "."], check=True)
    images = [open_image(each) for each in (f"dir:{root}", f"tar:{tmp_path / 'root.tgz'}", "scratch")]
    programs = [read_program(str(app / "sh"))]
    report = verify(check(programs, images), (), seconds=_PATIENCE)
    assert report.errors == ()
    assert [_held(each) for each in report.checks] == [True] * 3
    assert [type(each.launch.outcome) for each in report.checks] == [Started, Started, Refused]
    assert _left(engine) == []


def _started(engine: Engine, script: str) -> subprocess.Popen[str]:
    """`check --verify` of a script that sleeps, while its container runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "libccheck", "check", script, "--verify", "--image", "docker:" + _BUSYBOX],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "DOCKER_HOST": engine.address},
    )  # fmt: skip
    end = time.monotonic() + _PATIENCE
    while not engine.docker("ps", "-q", "--filter", _LABEL).stdout:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)
    return process


@pytest.fixture
def sleeper(tmp_path: Path) -> str:
    return _script(tmp_path, "#!/bin/sh\nsleep 1000\n")


@pytest.mark.usefixtures("busybox")
def test_what_is_killed_leaves_nothing_beyond_the_next_start(engine: Engine, app: Path, sleeper: str) -> None:
    before = _images(engine)
    process = _started(engine, sleeper)
    (running,) = engine.docker("ps", "-q", "--filter", _LABEL).stdout.split()
    host = json.loads(engine.docker("inspect", running).stdout)[0]["HostConfig"]
    static = [read_program(str(app / "static"))]
    image = open_image(f"docker:{_BUSYBOX}")
    assert _held(verify(check(static, [image]), (), seconds=_PATIENCE).checks[0])
    assert running in _left(engine), "who is still at work is not swept away"
    process.kill()
    process.communicate()
    assert (host["Memory"], host["PidsLimit"], host["ReadonlyRootfs"]) == (1 << 30, 512, True)
    assert (host["NetworkMode"], host["CapDrop"], host["SecurityOpt"]) == ("none", ["ALL"], ["no-new-privileges"])
    assert len(_left(engine)) >= 3
    assert _held(verify(check(static, [image]), (), seconds=_PATIENCE).checks[0])
    assert (_left(engine), _images(engine)) == ([], before)


@pytest.mark.usefixtures("busybox")
def test_ctrl_c_leaves_nothing(engine: Engine, sleeper: str) -> None:
    before = _images(engine)
    process = _started(engine, sleeper)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=_PATIENCE) == ("", "interrupted\n")
    assert process.returncode == 130
    assert (_left(engine), _images(engine)) == ([], before)


def test_the_command_says_so(app: Path, busybox: Image, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["check", str(app / "static"), "--verify", "--image", busybox.reference, "--format"]
    assert main([*arguments, "json", "--no-cache"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert jsonschema.Draft202012Validator(json.loads(_SCHEMA.read_text())).is_valid(report)
    (only,) = report["checks"]
    assert (only["verified"]["held"], only["verified"]["observed"], only["verified"]["status"]) == (True, "starts", 0)


def test_facts_are_not_run(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(app / "static"), "--verify", "--image", "catalog:alpine:3.20"]) == 3
    said = capsys.readouterr()
    assert "static starts in catalog:alpine:3.20" in said.out
    assert said.err == (
        "error: catalog:alpine:3.20: no engine can run it: a catalog entry holds facts and no files\n"
        " hint: docker pull alpine:3.20, then check docker:alpine:3.20\n"
    )
