"""An engine's images: exported once, out of the cache from then on, and nothing left behind by what goes wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from libccheck.errors import LibccheckError
from libccheck.images import open_image
from libccheck.images.cache.place import place
from libccheck.images.inspected import config_of_facts
from tests.archives import Item, plain, tar
from tests.fake_engine import FakeEngine
from tests.fake_registry import digest_of
from tests.forge import elf

BASE = tar([Item("bin/", mode=0o755), Item("bin/sh", elf(kind=2)), Item("etc/old", b"#!old")])
WORKDIR = tar([Item("app/", mode=0o755)])
APP = tar([Item("etc/.wh.old", b""), Item("app/run", b"#!/bin/sh" + bytes(20_000))])
HISTORY = [
    ("/bin/sh -c #(nop) ADD file:1 in / ", True),
    ("/bin/sh -c #(nop)  ENV A=b", False),
    ("/bin/sh -c #(nop) WORKDIR /app", True),
    ("COPY run /app/run # buildkit", True),
    ('CMD ["/bin/sh"]', False),
]
LINES = tuple(line for line, has_layer in HISTORY if has_layer)


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path / "temporary"


@pytest.fixture
def engine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeEngine]:
    with FakeEngine(tmp_path_factory.mktemp("e")) as engine:
        monkeypatch.setenv("DOCKER_HOST", engine.address)
        monkeypatch.setenv("CONTAINER_HOST", engine.address)
        engine.hold("app:1", [BASE, WORKDIR, APP], HISTORY, Env=["A=b"])
        yield engine


@pytest.mark.parametrize("kind", ["docker", "podman"])
def test_an_image_is_exported_once(engine: FakeEngine, kind: str) -> None:
    first = open_image(f"{kind}:app:1")
    again = open_image(f"{kind}:app:1")
    assert engine.exports == 1
    assert plain(again.tree) == plain(first.tree)
    assert again._replace(tree=first.tree) == first
    assert [each.created_by for each in again.layers] == list(LINES)
    assert [each.size for each in again.layers] == [len(BASE), len(WORKDIR), len(APP)]


@pytest.mark.usefixtures("engine")
def test_the_second_time_no_client_is_imported() -> None:
    open_image("docker:app:1")
    code = (
        "import sys; from libccheck import open_image; image = open_image('docker:app:1'); "
        "assert '/app/run' in image.tree; print('docker' in sys.modules, 'requests' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_without_the_cache_it_is_exported_each_time(engine: FakeEngine) -> None:
    for _ in range(2):
        open_image("docker:app:1", cached=False)
    assert engine.exports == 2
    assert not place().files()


def test_another_image_of_the_same_layers_is_not_exported(engine: FakeEngine) -> None:
    open_image("docker:app:1")
    engine.hold("app:2", [BASE, WORKDIR, APP], HISTORY, Env=["A=c"], User="65534")
    other = open_image("docker:app:2")
    assert engine.exports == 1
    assert (other.config.env, other.config.user) == ((("A", "c"),), "65534")
    assert [each.created_by for each in other.layers] == list(LINES)


def test_a_layer_that_the_cache_lacks_is_exported(engine: FakeEngine) -> None:
    open_image("docker:app:1")
    engine.hold("app:2", [BASE, APP], [HISTORY[0], HISTORY[3]])
    fresh = open_image("docker:app:2", cached=False)
    assert plain(open_image("docker:app:2").tree) == plain(fresh.tree)
    Path(next(each.path for each in place().files() if digest_of(APP)[7:] in each.path)).unlink()
    before = engine.exports
    assert plain(open_image("docker:app:2").tree) == plain(fresh.tree)
    assert engine.exports == before + 1


def test_an_image_without_layers_is_never_exported(engine: FakeEngine) -> None:
    engine.hold("nothing:1", [], [("LABEL a=b", False)])
    assert list(open_image("docker:nothing:1").tree) == ["/"]
    assert engine.exports == 0


def test_a_tag_that_moved_is_another_image(engine: FakeEngine) -> None:
    before = open_image("docker:app:1")
    engine.hold("app:1", [BASE], HISTORY[:1])
    after = open_image("docker:app:1")
    assert after.digest != before.digest
    assert "/app/run" not in after.tree


@pytest.mark.parametrize("dies_after", [0, 4096, 16_384, 28_672])
def test_an_engine_that_dies_in_the_middle(engine: FakeEngine, room: Path, dies_after: int) -> None:
    engine.dies_after = dies_after
    with pytest.raises(LibccheckError) as raised:
        open_image("docker:app:1")
    assert raised.value.status == 3
    assert raised.value.message.startswith("the docker engine failed: ")
    assert "\n" not in raised.value.message
    assert not place().files()
    assert not os.listdir(room)


@pytest.mark.usefixtures("engine")
def test_an_interrupt_leaves_nothing(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("libccheck.images.storing.os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        open_image("docker:app:1")
    assert not place().files()
    assert not os.listdir(room)


@pytest.mark.usefixtures("engine")
def test_a_disk_that_is_full_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(LibccheckError, match="cannot keep what docker saves of app:1 while it is read") as raised:
        open_image("docker:app:1")
    assert "TMPDIR" in raised.value.hint


@pytest.mark.usefixtures("engine")
def test_an_image_that_it_does_not_hold() -> None:
    with pytest.raises(LibccheckError, match="the docker engine holds no app:3") as raised:
        open_image("docker:app:3")
    assert (raised.value.subject, raised.value.status) == ("docker:app:3", 3)


FACTS = {"Os": "linux", "Architecture": "amd64", "RootFS": {"Layers": ["sha256:1", "sha256:2"]}}


@pytest.mark.parametrize(
    ("steps", "lines"),
    [
        ([("ADD a", 5), ("ENV A=b", 0), ("WORKDIR /x", 0), ("USER me", 0)], ["ADD a", "WORKDIR /x"]),
        ([("ADD a", 5), ("WORKDIR /x", 0), ("RUN true", 0), ("COPY b", 7)], ["ADD a", "COPY b"]),
        ([("ADD a", 5), ("WORKDIR /x", 0), ("RUN touch /y", 0)], []),
        ([], []),
    ],
    ids=["a step without bytes left a layer", "none did", "one of two did, and nobody knows which", "no history"],
)
def test_which_steps_left_a_layer(steps: list[tuple[str, int]], lines: list[str]) -> None:
    history = [{"CreatedBy": line, "Size": size} for line, size in reversed(steps)]
    config = config_of_facts(FACTS, history)
    assert [each["created_by"] for each in config["history"]] == lines


@pytest.mark.parametrize("history", [None, {}, [1, None], [{"CreatedBy": 7, "Size": "x"}] * 3])
def test_a_history_of_another_form_tells_nothing(history: object) -> None:
    assert config_of_facts(FACTS, history)["history"] in ([], [{"created_by": ""}] * 2)
