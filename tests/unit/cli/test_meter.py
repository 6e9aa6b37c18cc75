"""Progress: a line where somebody watches, which is gone when the image is there, and nothing where nobody does."""

from __future__ import annotations

import contextlib
import io
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from libccheck.cli import meter
from tests.archives import Item, tar
from tests.fake_registry import Answer, Registry
from tests.forge import elf

COMMAND = [sys.executable, "-m", "libccheck", "probe", "--no-cache"]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which a test sets."""
    now = [100.0]
    monkeypatch.setattr("libccheck.cli.meter.time.monotonic", lambda: now[0])
    return now


def shown(clock: list[float], monkeypatch: pytest.MonkeyPatch, steps: list[tuple[float, str, int, int | None]]) -> str:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(meter, "_columns", lambda: 200)
    with meter.meter("app:1") as progress:
        assert progress is not None
        for at, what, done, total in steps:
            clock[0] = 100.0 + at
            progress(what, done, total)
    return terminal.getvalue()


def test_layers_bytes_and_rate(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(clock, monkeypatch, [(1.0, "layer 1 of 2", 3 << 20, None), (2.0, "layer 2 of 2", 5 << 20, 9 << 20)])
    assert "app:1  layer 1 of 2  3 MiB  3 MiB/s" in text
    assert "app:1  layer 2 of 2  5 of 9 MiB  4 MiB/s" in text  # both layers in two seconds
    assert text.endswith("\r\x1b[K")


def test_what_is_quick_shows_nothing(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(clock, monkeypatch, [(0.0, "layer 1 of 1", 1, 2), (0.2, "layer 1 of 1", 2, 2)]) == ""


def test_it_is_not_written_with_every_piece(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[tuple[float, str, int, int | None]] = [
        (1 + each / 1000, "layer 1 of 1", each, 99) for each in range(99)
    ]
    assert shown(clock, monkeypatch, pieces).count("layer 1 of 1") == 1


def test_where_nobody_watches_there_is_nothing_to_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with meter.meter("app:1") as progress:
        assert progress is None


@pytest.fixture
def slow() -> Iterator[Registry]:
    """A registry that takes its time with blobs."""

    def late(path: str, _: int, answer: Answer) -> Answer:
        time.sleep(0.4 if "/blobs/" in path else 0)
        return answer

    registry = Registry()
    registry.push([tar([Item("bin/", mode=0o755), Item("bin/sh", elf(kind=2))])])
    registry.meddle = late
    with registry:
        yield registry


def test_a_command_whose_errors_go_to_a_pipe_writes_none(slow: Registry) -> None:
    run = subprocess.run([*COMMAND, f"registry:{slow.host}/o/app:1"], capture_output=True, check=True)
    assert run.stderr == b""
    assert b"\x1b" not in run.stdout


def test_a_command_whose_errors_go_to_a_terminal_shows_how_far_it_is(slow: Registry) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, f"registry:{slow.host}/o/app:1"], stdout=subprocess.PIPE, stderr=theirs, stdin=subprocess.DEVNULL
    ) as process:
        os.close(theirs)
        assert process.stdout
        report = process.stdout.read()
        assert process.wait() == 0
    text = b""
    with contextlib.suppress(OSError):  # as the other side is closed
        while more := os.read(ours, 4096):
            text += more
    os.close(ours)
    assert b"layer 1 of 1" in text
    assert text.endswith(b"\r\x1b[K")
    assert b"\x1b[K" not in report


def test_an_export_of_an_engine_shows_how_far_it_is(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from libccheck.images import open_image
    from tests.fake_engine import FakeEngine

    seen: list[tuple[str, int, int | None]] = []
    with FakeEngine(tmp_path_factory.mktemp("e")) as engine:
        monkeypatch.setenv("DOCKER_HOST", engine.address)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        engine.hold("app:1", [tar([Item("bin/", mode=0o755)])], [("ADD x", True)])
        open_image("docker:app:1", progress=lambda *step: seen.append(step))
        size = len(engine.images["app:1"].archive)
    assert [step for step in seen if step[0] == "export"][-1] == ("export", size, None)
    assert seen[-1][0] == "layer 1 of 1"
