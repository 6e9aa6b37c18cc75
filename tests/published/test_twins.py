"""The table of packages for glibc and for musl, held against what npm and PyPI really have."""

from __future__ import annotations

import pytest

from libccheck.dotted import dotted
from libccheck.twins import CPUS, LIBCS, Row, Side, rows
from tests import toolchains
from tests.extent import everything
from tests.published import indexes
from tests.reality.sample import dear

_NAMES = {row.sides[0].name: row for row in rows()}
_QUICK = ("@biomejs/cli-linux-*", "ninja")


@pytest.mark.parametrize("name", _NAMES if everything() else _QUICK)
def test_releases_are_there_for_both(name: str) -> None:
    dear("asking npm and pip")
    row = _NAMES[name]
    try:
        pairs = _of_npm(row) if row.ecosystem == "npm" else _of_pypi(row)
    except toolchains.MissingError as error:
        toolchains.missing(error)
    assert pairs
    for glibc, musl in pairs:
        told = [each for each in {*glibc, *musl} if dotted(row.since) <= dotted(each) <= dotted(row.seen[-1])]
        assert {each for each in told if each not in glibc or each not in musl} <= {*row.lacking}
    for version in (row.since, *row.seen):
        assert any(version in glibc and version in musl for glibc, musl in pairs)


@pytest.mark.skipif(not everything(), reason="LIBCCHECK_PROOFS is not set")
@pytest.mark.parametrize("name", _NAMES)
def test_what_each_takes_of_an_image_is_in_its_files(name: str) -> None:
    row = _NAMES[name]
    try:
        for libc, side in zip(LIBCS, row.sides, strict=True):
            needs = [need for cpu in row.cpus for version in row.seen for need in _needs(row, side, version, cpu, libc)]
            assert tuple(indexes.common(needs)) == side.needs
    except toolchains.MissingError as error:
        toolchains.missing(error)


def _needs(row: Row, side: Side, version: str, cpu: str, libc: str) -> list[str]:
    if row.ecosystem == "npm":
        return indexes.npm_needs(side.name.replace("*", cpu), version, cpu, libc)
    tag, needs = indexes.pip_needs(side.name, version, libc, CPUS[cpu])
    assert tag in side.tags
    return needs


def _of_npm(row: Row) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    glibc, musl = (side.name for side in row.sides)
    return [
        (indexes.npm_releases(glibc.replace("*", cpu)), indexes.npm_releases(musl.replace("*", cpu)))
        for cpu in row.cpus
    ]


def _of_pypi(row: Row) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    name = row.sides[0].name
    pairs = [
        (indexes.pip_releases(name, "glibc", "x86_64", python), indexes.pip_releases(name, "musl", "x86_64", python))
        for python in indexes.PYTHONS
    ]
    return [pair for pair in pairs if all(pair)]
