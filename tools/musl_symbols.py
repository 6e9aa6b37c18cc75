#!/usr/bin/env python3
"""Write `musl_symbols.py`: which release of musl is the first to have a symbol.

    python tools/musl_symbols.py LIBC-OR-ROOT... > src/libccheck/musl_symbols.py

A LIBC is musl's libc.so as released; a ROOT is a root file system with musl in it, as Alpine's. Each says itself which
release it is. Distributions take symbols from the release to come, so a root only tells of symbols that no LIBC has. A
symbol is new in a release if an older one for the same machine lacks it: give as many of both as there are. Snapshots
between two releases ("1.2.4_git20230717") are left out.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from libccheck.elf import read
from libccheck.identify import identify
from libccheck.machines import machine_name
from libccheck.model import Elf

Version = tuple[int, ...]


class Known:
    """Per machine: its releases, and the lowest one that has each symbol."""

    def __init__(self) -> None:
        self.oldest: dict[str, Version] = {}
        self.since: dict[str, dict[str, Version]] = {}

    def add(self, version: Version, elf: Elf) -> None:
        machine = machine_name(elf)
        self.oldest[machine] = min(self.oldest.get(machine, version), version)
        since = self.since.setdefault(machine, {})
        for name in exported(elf):
            since[name] = min(since.get(name, version), version)

    def names(self) -> set[str]:
        return {name for since in self.since.values() for name in since}

    def new(self) -> dict[str, Version]:
        """Symbols that some release first has on every machine that has them at all."""
        found: dict[str, Version] = {}
        always: set[str] = set()
        for machine, since in self.since.items():
            for name, version in since.items():
                if version > self.oldest[machine]:
                    found[name] = min(found.get(name, version), version)
                else:
                    always.add(name)
        return {name: version for name, version in found.items() if name not in always}


def main(arguments: list[str]) -> int:
    released, distributed = Known(), Known()
    for path in map(Path, arguments):
        for file in loaders(path):
            read_one(file, distributed if path.is_dir() else released)
    if not released.oldest:
        sys.stderr.write("no musl release among what was given\n")
        return 1
    certain = released.names()
    new = {name: version for name, version in distributed.new().items() if name not in certain}
    sys.stdout.write(source({**new, **released.new()}, min(released.oldest.values())))
    return 0


def loaders(path: Path) -> list[Path]:
    return sorted(path.glob("lib/ld-musl-*.so.1")) if path.is_dir() else [path]


def read_one(file: Path, known: Known) -> None:
    data = file.read_bytes()
    elf = read(data)
    loader = identify(elf, data) if elf else None
    version = loader.version if loader and loader.family == "musl" else None
    if elf is None or version is None:
        sys.stderr.write(f"{file}: not musl\n")
    elif not all(part.isdecimal() for part in version.split(".")):
        sys.stderr.write(f"{file}: {version} is not a release\n")
    else:
        known.add(tuple(map(int, version.split("."))), elf)


def exported(elf: Elf) -> Iterator[str]:
    symbols = elf.tables.symbols
    assert symbols is not None
    for name, info, section in zip(symbols.names, symbols.infos, symbols.sections, strict=True):
        if section and info >> 4 and name:
            yield name


def source(new: dict[str, Version], oldest: Version) -> str:
    lines = [
        '"""Since which release musl has a symbol; written by `tools/musl_symbols.py`, not by hand."""',
        "",
        "from __future__ import annotations",
        "",
        f'OLDEST = "{dotted(oldest)}"',
        '"""The oldest release that was looked at: what it has counts as always there."""',
        "",
        "_NEW = {",
    ]
    for version in sorted(set(new.values())):
        names = " ".join(sorted(name for name, first in new.items() if first == version))
        wrapped = textwrap.wrap(names, 109, break_long_words=False, break_on_hyphens=False)
        whole = f'    "{dotted(version)}": "{names}",'
        if len(whole) <= 120:
            lines.append(whole)
            continue
        lines.append(f'    "{dotted(version)}": (')
        lines += [f'        "{line} "' for line in wrapped[:-1]]
        lines += [f'        "{wrapped[-1]}"', "    ),"]
    lines += ["}", "", "SINCE = {name: version for version, names in _NEW.items() for name in names.split()}"]
    lines += ['"""Symbol to release, of all that came after `OLDEST`."""', ""]
    return "\n".join(lines)


def dotted(version: Version) -> str:
    return ".".join(map(str, version))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
