#!/usr/bin/env python3
"""Write `remedy/musl_names.py`: what every one of some releases of musl gives to programs.

    python tools/musl_names.py LIBC-OR-ROOT... > src/libccheck/remedy/musl_names.py

LIBC and ROOT are as for `tools/musl_symbols.py`, which says how they are read.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from musl_symbols import Known, Version, dotted, exported, loaders, read_one

from libccheck.elf import read


def main(arguments: list[str]) -> int:
    files = [file for path in map(Path, arguments) for file in loaders(path)]
    found: list[set[str]] = []
    versions: set[Version] = set()
    for file in files:
        known = Known()
        read_one(file, known)
        elf = read(file.read_bytes())
        if known.oldest and elf is not None:
            versions |= set(known.oldest.values())
            found.append(set(exported(elf)))
    if not found:
        sys.stderr.write("no musl among what was given\n")
        return 1
    names = " ".join(sorted(set.intersection(*found)))
    lines = textwrap.wrap(names, 116, break_long_words=False, break_on_hyphens=False)
    sys.stdout.write(
        '"""What musl gives to programs; written by `tools/musl_names.py`, not by hand."""\n\n'
        "from __future__ import annotations\n\n"
        f'RELEASES = "{dotted(min(versions))} to {dotted(max(versions))}"\n'
        '"""All of those that were looked at have each of the names."""\n\n'
        '_TEXT = """\n' + "".join(f"{line}\n" for line in lines) + '"""\nNAMES = frozenset(_TEXT.split())\n'
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
