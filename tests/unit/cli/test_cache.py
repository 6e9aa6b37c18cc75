"""`cache info`, `cache clear`, and what several processes, a full disk and an early end do to the cache."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from libccheck.cli import main
from libccheck.images import open_image
from libccheck.images.cache.place import Place, place
from tests import toolchains
from tests.archives import Item, plain, tar
from tests.fake_engine import FakeEngine
from tests.forge import elf

LAYERS = [
    tar([Item("bin/", mode=0o755), Item("bin/sh", elf(kind=2, exports=[f"symbol{each}" for each in range(5000)]))]),
    tar([Item(f"srv/file{each}", b"#!/bin/sh " + str(each).encode()) for each in range(500)]),
    tar([Item("app/run", b"#!/bin/sh")]),
]
HISTORY = [("ADD a", True), ("ADD b", True), ("ADD c", True)]
COMMAND = [sys.executable, "-m", "libccheck", "probe", "--format", "json"]


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    engine = FakeEngine(tmp_path)
    engine.hold("app:1", LAYERS, HISTORY)
    path = tmp_path / "image.tar"
    path.write_bytes(engine.images["app:1"].archive)
    return path


def names() -> list[str]:
    return sorted(Path(each.path).suffix for each in place().files())


def test_what_is_in_it(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_image(f"docker-archive:{archive}")
    assert main(["cache", "info"]) == 0
    rows = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert (rows["directory"], rows["layers"], rows["images"]) == (place().directory, "3", "1")
    assert rows["size"].endswith("of at most 2147 MB")


def test_clearing_it(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_image(f"docker-archive:{archive}")
    assert main(["cache", "clear"]) == 0
    assert capsys.readouterr().out.startswith("removed 4 files, ")
    assert names() == []
    assert main(["cache", "info"]) == 0
    assert "layers     0\n" in capsys.readouterr().out


def test_a_cache_that_is_not_there_is_empty(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "info"]) == 0
    assert main(["cache", "clear"]) == 0
    assert "removed 0 files" in capsys.readouterr().out
    assert not Path(place().directory).exists()


def test_several_processes_fill_it_at_once(archive: Path) -> None:
    command = [*COMMAND, f"docker-archive:{archive}"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    ended = [each.communicate() for each in running]
    assert {each.returncode for each in running} == {0}
    assert {errors for _, errors in ended} == {b""}
    assert len({report for report, _ in ended}) == 1
    assert names() == [".layer", ".layer", ".layer", ".tree"]
    fresh = open_image(f"docker-archive:{archive}", cached=False)
    assert plain(open_image(f"docker-archive:{archive}").tree) == plain(fresh.tree)


def test_it_may_be_cleared_while_others_read(archive: Path) -> None:
    command = [*COMMAND, f"docker-archive:{archive}"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    end = time.monotonic() + 60
    while any(each.poll() is None for each in running) and time.monotonic() < end:
        place().clear()
        time.sleep(0.005)
    for each in running:
        _, errors = each.communicate()
        told = errors.decode()
        assert (each.returncode, told) == (0, "")
    fresh = open_image(f"docker-archive:{archive}", cached=False)
    assert plain(open_image(f"docker-archive:{archive}").tree) == plain(fresh.tree)


def test_it_stays_within_its_bounds(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prune = Place.prune
    monkeypatch.setattr(Place, "prune", lambda where: prune(where, 4000))
    fresh = open_image(f"docker-archive:{archive}", cached=False)
    for _ in range(2):
        assert plain(open_image(f"docker-archive:{archive}").tree) == plain(fresh.tree)
        assert sum(each.size for each in place().files()) <= 4000


def test_what_an_early_end_left_is_swept_up_later(tmp_path: Path) -> None:
    old, new, kept = (tmp_path / name for name in ("a.layer.12.34", "b.layer.12.34", "c.layer"))
    for each in (old, new, kept):
        each.write_bytes(b"x")
    for each in (old, kept):
        os.utime(each, (time.time() - 7200, time.time() - 7200))
    Place(str(tmp_path)).prune()
    assert (old.exists(), new.exists(), kept.exists()) == (False, True, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_whole_files_only(tmp_path: Path, number: signal.Signals) -> None:
    """Whenever it comes; the reading goes on from what is whole."""
    (tmp_path / "temporary").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    engine = FakeEngine(tmp_path)
    engine.hold("app:1", LAYERS, HISTORY)
    archive = tmp_path / "image.tar"
    archive.write_bytes(engine.images["app:1"].archive)
    for delay in (0.05, 0.15, 0.2, 0.25, 0.3):
        with subprocess.Popen(
            [*COMMAND, f"docker-archive:{archive}"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as process:
            time.sleep(delay)
            process.send_signal(number)
            _, errors = process.communicate()
        if "Traceback" in errors.decode():
            assert b"libccheck/images" not in errors, errors  # Python itself was still starting
        else:
            assert process.returncode in (0, 130, -number)
        assert not list((tmp_path / "temporary").iterdir())
        for each in place().files():
            assert Path(each.path).suffix in (".layer", ".tree") or number == signal.SIGTERM
    fresh = open_image(f"docker-archive:{archive}", cached=False)
    assert plain(open_image(f"docker-archive:{archive}").tree) == plain(fresh.tree)


@pytest.mark.parametrize(
    ("full", "hint", "size"),
    [("XDG_CACHE_HOME", "--no-cache", 16), ("XDG_CACHE_HOME", "--no-cache", 32), ("TMPDIR", "TMPDIR", 32)],
)
def test_a_disk_that_is_full(tmp_path: Path, full: str, hint: str, size: int) -> None:
    """A file system of some kilobytes, in a mount namespace; what is told, and what lies there afterwards."""
    if os.getuid() or not shutil.which("unshare"):
        toolchains.missing(toolchains.MissingError("a disk of our own takes root and unshare"))
    where = tmp_path / "small"
    where.mkdir()
    script = (
        f'mount -t tmpfs -o size={size}k none "$1" && chmod 700 "$1"; shift; "$@"; s=$?; find "$0" -type f; exit $s'
    )
    with FakeEngine(tmp_path) as engine:
        engine.hold("app:1", LAYERS, HISTORY)
        environment = {**os.environ, full: str(where), "DOCKER_HOST": engine.address}
        namespace = ["unshare", "--mount", "--propagation=private", "sh", "-c", script, str(where), str(where)]
        run = subprocess.run(
            [*namespace, *COMMAND, "docker:app:1"], env=environment, capture_output=True, text=True, check=False
        )
    assert run.returncode == 3
    assert "No space left on device" in run.stderr
    assert hint in run.stderr
    assert len(run.stderr.splitlines()) == 2
    left = [line for line in run.stdout.splitlines() if line.startswith("/")]
    assert all(line.endswith((".layer", ".tree")) for line in left)
