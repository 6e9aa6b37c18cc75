"""Bytes of files: read in pieces, in parts, after the name and the descriptor are gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from libccheck.images.held import Held
from libccheck.images.inflate import CutOffError, Filed

DATA = bytes(range(256)) * 20


@pytest.fixture(params=["file", "memory"])
def held(request: pytest.FixtureRequest, tmp_path: Path) -> Held:
    if request.param == "memory":
        return Held(memoryview(DATA))
    (tmp_path / "data").write_bytes(DATA)
    with (tmp_path / "data").open("rb") as file:
        found = Held.of_file(file.fileno())
    (tmp_path / "data").unlink()
    return found


def test_all_of_it(held: Held) -> None:
    assert bytes(held) == bytes(held.view) == DATA
    assert len(held) == len(DATA)


@pytest.mark.parametrize(("at", "count"), [(0, 0), (0, 5), (5000, 500), (5119, 1), (5120, 9), (6000, 9), (3, 10_000)])
def test_what_is_read_ends_with_it(held: Held, at: int, count: int) -> None:
    assert held.read(at, count) == DATA[at : at + count]


def test_a_part_knows_nothing_of_what_stands_around_it(held: Held) -> None:
    part = held.part(100, 50).part(10, 20)
    assert bytes(part) == bytes(part.view) == part.read(0, 999) == DATA[110:130]
    assert part.read(15, 99) == DATA[125:130]
    assert len(held.part(5100, 999)) == 20


def test_the_descriptor_is_closed_with_the_last_part(tmp_path: Path) -> None:
    def count() -> int:
        return len(os.listdir("/proc/self/fd"))

    (tmp_path / "data").write_bytes(DATA)
    before = count()
    with (tmp_path / "data").open("rb") as file:
        part = Held.of_file(file.fileno()).part(0, 9)
    assert count() > before
    assert bytes(part) == DATA[:9]
    del part
    assert count() == before


def test_an_empty_file_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    with (tmp_path / "empty").open("rb") as file:
        held = Held.of_file(file.fileno())
    assert bytes(held) == b""


def test_it_is_taken_forwards_and_no_further_than_it_goes(held: Held) -> None:
    source = Filed(held.part(0, 30))
    assert bytes(source.take(10)) == DATA[:10]
    source.skip(5)
    assert (bytes(source.some(99)), source.position) == (DATA[15:30], 30)
    assert bytes(source.some(9)) == b""
    with pytest.raises(CutOffError):
        source.take(1)
