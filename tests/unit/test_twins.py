"""What the table of packages for glibc and for musl tells."""

from __future__ import annotations

import pytest

from libccheck.dotted import dotted
from libccheck.twins import CPUS, LIBCS, has, rows, twin

BIOME = "@biomejs/cli-linux-x64"
ROLLUP = "@rollup/rollup-linux-arm64-gnu"


def test_a_twin_has_the_name_and_the_cpu_of_the_machine() -> None:
    found = twin("npm", ROLLUP, "4.68.8", "musl", "aarch64")
    assert found is not None
    assert (found.name, found.cpu, found.libc, found.platforms) == (
        "@rollup/rollup-linux-arm64-musl",
        "arm64",
        "musl",
        (),
    )
    assert dict(found.needs)["libc"] == ()
    assert dotted(found.floor) >= (1, 1)


def test_it_goes_both_ways() -> None:
    found = twin("npm", "@rollup/rollup-linux-x64-musl", "4.68.8", "glibc", "x86_64")
    assert found is not None
    assert found.name == "@rollup/rollup-linux-x64-gnu"
    assert dict(found.needs)["libgcc_s.so.1"] == ("GCC_4.2.0",)
    assert found.floor == "2.17"


def test_a_static_one_takes_nothing() -> None:
    found = twin("npm", BIOME, "", "musl", "x86_64")
    assert found is not None
    assert (found.name, found.needs, found.floor) == (f"{BIOME}-musl", (), "")


def test_a_wheel_has_the_tag_of_the_machine() -> None:
    found = twin("PyPI", "ruff", "0.6.9", "musl", "aarch64")
    assert found is not None
    assert found.platforms[0] == "musllinux_1_2_aarch64"


@pytest.mark.parametrize(
    ("ecosystem", "name", "version", "libc", "machine"),
    [
        ("npm", BIOME, "1.4.1", "musl", "x86_64"),  # before there was one
        ("npm", BIOME, "2.6.4", "musl", "x86_64"),  # one that was left out
        ("npm", BIOME, "1.9.4-nightly.1", "musl", "x86_64"),
        ("npm", BIOME, "1.9.4 && reboot", "musl", "x86_64"),
        ("npm", BIOME, "1.9.4", "glibc", "x86_64"),  # it is that
        ("npm", BIOME, "1.9.4", "musl", "aarch64"),  # of another machine than its name says
        ("npm", BIOME, "1.9.4", "musl", "s390x"),
        ("npm", "ruff", "0.6.9", "musl", "x86_64"),
        ("PyPI", BIOME, "1.9.4", "musl", "x86_64"),
        ("npm", "@biomejs/cli-linux-*", "1.9.4", "musl", "x86_64"),
        ("PyPI", "torch", "2.9.0", "musl", "x86_64"),
        ("PyPI", "", "", "musl", "x86_64"),
    ],
)
def test_nothing_is_told_that_is_not_known(ecosystem: str, name: str, version: str, libc: str, machine: str) -> None:
    assert twin(ecosystem, name, version, libc, machine) is None


def test_a_newer_release_than_the_table_knows_counts_as_those_before_it() -> None:
    assert twin("npm", BIOME, "9999.0.0", "musl", "x86_64") is not None


def test_each_row_is_whole() -> None:
    found = list(rows())
    assert len({(row.ecosystem, side.name) for row in found for side in row.sides}) >= len(found)
    for row in found:
        assert row.ecosystem in ("npm", "PyPI")
        assert row.cpus
        assert set(row.cpus) <= set(CPUS)
        assert all(has(row, each) for each in row.seen)
        assert has(row, row.since)
        assert all(dotted(each) > dotted(row.since) for each in row.lacking)
        for libc, side in zip(LIBCS, row.sides, strict=True):
            assert ("*" in side.name) == (row.ecosystem == "npm")
            assert bool(side.tags) == (row.ecosystem == "PyPI")
            assert all(each.startswith({"glibc": "manylinux", "musl": "musllinux"}[libc]) for each in side.tags)
            assert not side.needs or any(each.startswith("libc:") for each in side.needs)
            floors = [dotted(each.partition(":")[2]) for each in side.needs if each.startswith("libc:")]
            assert all(each[0] == {"glibc": 2, "musl": 1}[libc] for each in floors)
