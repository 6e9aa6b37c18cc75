#!/usr/bin/env python3
"""Write paragraphs of `twins/table.py`: packages that there are once for glibc and once for musl.

    python tools/twins.py npm:@biomejs/cli-linux-*,@biomejs/cli-linux-*-musl PyPI:ruff ...

Each package is asked of npm or pip, installed into an empty directory with all that comes with it, once for each
machine and C library, and its ELF files are read. Without an argument: all that stand in the table.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Collection, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from tests.published import indexes
from tests.toolchains import MissingError

from libccheck.dotted import dotted
from libccheck.twins import CPUS, LIBCS, rows

_WIDTH = 116


def main(arguments: list[str]) -> int:
    wanted = arguments or [
        f"{row.ecosystem}:{','.join(dict.fromkeys(side.name for side in row.sides))}" for row in rows()
    ]
    for each in wanted:
        index, _, names = each.partition(":")
        glibc, _, musl = names.partition(",")
        words = _of_npm(glibc, musl) if index == "npm" else _of_pypi(names)
        text = " ".join([index, *names.split(","), *words])
        lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False, subsequent_indent="  ")
        sys.stdout.write("\n".join(lines) + "\n\n")
        sys.stdout.flush()
    return 0


def _of_npm(glibc: str, musl: str) -> Iterable[str]:
    pairs = {
        cpu: (indexes.npm_releases(glibc.replace("*", cpu)), indexes.npm_releases(musl.replace("*", cpu)))
        for cpu in CPUS
    }
    pairs = {cpu: pair for cpu, pair in pairs.items() if all(pair)}
    since, lacking = indexes.first_and_lacking(pairs.values())
    releases = [each for pair in pairs.values() for each in pair]
    seen = _some(releases, next(each for each in _common(releases) if _is_of_musl(musl, each, pairs)))
    lacking = [each for each in lacking if dotted(each) > dotted(seen[0])]
    since = max(since, seen[0], key=dotted)
    yield from ("for", *pairs, "seen", *seen, "since", since, *lacking)
    for libc, name in zip(LIBCS, (glibc, musl), strict=True):
        needs = [indexes.npm_needs(name.replace("*", cpu), version, cpu, libc) for cpu in pairs for version in seen]
        yield from (libc, *indexes.common(each for wants in needs for each in wants))


def _is_of_musl(name: str, release: str, cpus: Iterable[str]) -> bool:
    """Whether it is what its name says: some first releases are linked against glibc."""
    try:
        return all(indexes.npm_needs(name.replace("*", cpu), release, cpu, "musl") is not None for cpu in cpus)
    except MissingError:
        return False


def _of_pypi(name: str) -> Iterable[str]:
    pairs = [
        (indexes.pip_releases(name, "glibc", "x86_64", python), indexes.pip_releases(name, "musl", "x86_64", python))
        for python in indexes.PYTHONS
    ]
    first = [indexes.first_and_lacking([pair]) for pair in pairs if all(pair)]
    since, lacking = min(first, key=lambda each: dotted(each[0]))
    lacking = sorted({each for _, later in first for each in later} | {*lacking}, key=dotted)
    compiled = next(each for each in _common(pairs[-1]) if _is_compiled(name, each))
    since = max(since, compiled, key=dotted)
    lacking = [each for each in lacking if dotted(each) > dotted(since)]
    seen = _some(pairs[-1], compiled)
    found = {}
    for cpu, machine in CPUS.items():
        try:
            found[cpu] = [[indexes.pip_needs(name, version, libc, machine) for version in seen] for libc in LIBCS]
        except MissingError:
            continue
    if not found:
        raise MissingError(f"{name} is not there for both on any machine")
    yield from ("for", *found, "seen", *seen, "since", since, *lacking)
    for at, libc in enumerate(LIBCS):
        wheels = [wheel for sides in found.values() for wheel in sides[at]]
        yield from (libc, *sorted({tag for tag, _ in wheels}, key=indexes.TAGS[libc].index))
        yield from indexes.common(each for _, wants in wheels for each in wants)


def _is_compiled(name: str, release: str) -> bool:
    """Whether it has wheels for both that hold machine code: others do for any machine."""
    try:
        return all(indexes.pip_needs(name, release, libc, "x86_64") for libc in LIBCS)
    except MissingError:
        return False


def _some(releases: Iterable[Collection[str]], first: str = "0") -> list[str]:
    """Of what is there in all of them, from the first on: that, one of the middle, and the last."""
    common = [each for each in _common(releases) if dotted(each) >= dotted(first)]
    return list(dict.fromkeys((common[0], common[len(common) // 2], common[-1])))


def _common(releases: Iterable[Collection[str]]) -> list[str]:
    return sorted(set.intersection(*map(set, releases)), key=dotted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
