"""Which layer, and which line of a Dockerfile, a file comes from that an exec met."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from libccheck.checking import check
from libccheck.formats.json import as_data
from libccheck.formats.paper import Paper
from libccheck.formats.text import render
from libccheck.images import open_image
from libccheck.model import Image, Origin, Report
from tests.archives import Item, tar
from tests.fake_engine import FakeEngine
from tests.fake_registry import digest_of
from tests.forge import GLIBC, elf
from tests.test_schema import valid
from tests.values import program

LAYERS = [
    tar([Item("lib64/", mode=0o755), Item("lib64/ld-linux-x86-64.so.2", b"no loader", mode=0o755)]),
    tar([Item("app/", mode=0o755), Item("app/tool", b"#!/bin/x", mode=0o644), Item("app/link", target="tool")]),
    tar([Item("lib64/ld-linux-x86-64.so.2", b"text", mode=0o755)]),
]
HISTORY = [
    ("ADD root.tar /", True),
    ("ENV A=b", False),
    ("COPY app /app/", True),
    ("LABEL a=b", False),
    ("COPY text /lib64/ld-linux-x86-64.so.2 # buildkit " + "x" * 60, True),
    ("CMD x", False),
]


@pytest.fixture
def image(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Image]:
    with FakeEngine(tmp_path_factory.mktemp("e")) as engine:
        engine.hold("app:1", LAYERS, HISTORY)
        monkeypatch.setenv("DOCKER_HOST", engine.address)
        yield open_image("docker:app:1", cached=False)


def stuck_at_the_loader(image: Image) -> Report:
    return check([program(elf(interpreter=GLIBC), "./dynamic")], [image])


def test_a_loader_that_is_none_comes_from_the_layer_that_wrote_it_last(image: Image) -> None:
    found = stuck_at_the_loader(image).checks[0]
    assert [each.code for each in found.launch.findings] == ["LC103"]
    assert found.origins == (Origin(GLIBC, 2),)


def test_a_mode_comes_from_a_layer_and_so_it_does_through_a_link(image: Image) -> None:
    name = "./script"
    for interpreter in ("/app/tool", "/app/link"):
        found = check([program(f"#!{interpreter}\n".encode(), name)], [image]).checks[0]
        assert Origin(interpreter, 1) in found.origins


def test_what_is_placed_comes_from_no_layer_though_it_stands_where_one_has_a_file(image: Image) -> None:
    found = check([program(elf(interpreter=GLIBC))], [image], at="/app/tool").checks[0]
    assert found.launch.steps[0].path == "/app/tool"
    assert found.origins == (Origin(GLIBC, 2),)


def test_the_data_name_layer_and_line(image: Image) -> None:
    data = as_data(stuck_at_the_loader(image))
    assert valid(data)
    steps = data["checks"][0]["findings"][0]["evidence"]
    expected = {"number": 3, "diff_id": digest_of(LAYERS[2]), "created_by": HISTORY[4][0]}
    assert [each.get("layer") for each in steps] == [None, expected, expected]


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_text_names_layer_and_line(image: Image, width: int) -> None:
    lines = render(stuck_at_the_loader(image), Paper(width)).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("  layer  "))
    assert lines[at].startswith(f"  layer  {GLIBC}  3 of 3")
    below = "".join(line.strip() for line in lines[at : lines.index("", at)])
    assert HISTORY[4][0].replace(" ", "") in below.replace(" ", "")


def test_an_image_without_layers_tells_none(tmp_path: Path) -> None:
    (tmp_path / "lib64").mkdir()
    (tmp_path / "lib64" / "ld-linux-x86-64.so.2").write_bytes(b"text")
    report = stuck_at_the_loader(open_image(f"dir:{tmp_path}", platform="linux/amd64"))
    assert report.checks[0].origins == ()
    assert "  layer  " not in render(report, Paper(80))
