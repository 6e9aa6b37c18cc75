"""Programs that somebody has collected: LIBCCHECK_PROGRAMS names a directory of them.

A file in it is a program by itself. A directory in it is placed as it is, links and modes kept, and each of its
executable ELF files and scripts is a program. They announce nothing: one has started when its entry point is reached.
What is named as a library is run to its end, since its entry point, if it has one, leads nowhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tests.reality.corpus import HERE, Entry, Folder, Placed, Program, Symlink

_HEAD = 256
NEVER_SAID = "a library has no words"
_MAGIC = (b"\x7fELF", b"#!")


def programs(where: str | None) -> Iterator[Program]:
    """All programs of the directory `where`; none without one."""
    for each in sorted(Path(where).resolve().iterdir()) if where else ():
        if each.is_dir() and not each.is_symlink():
            yield from _collection(each)
        elif each.is_file():
            path = f"{HERE}/{each.name}"
            yield _program(each, path, {path: _entry(each)})


def _collection(directory: Path) -> Iterator[Program]:
    files = dict(placed(directory, f"{HERE}/{directory.name}"))
    for path, each in files.items():
        if isinstance(each, Entry) and isinstance(each.content, Path) and _is_program(each.content):
            yield _program(each.content, path, files)


def placed(directory: Path, where: str) -> Iterator[tuple[str, Placed]]:
    """A directory as it is, links and modes kept."""
    yield where, Folder(directory.stat().st_mode & 0o7777)
    for each in sorted(directory.iterdir()):
        path = f"{where}/{each.name}"
        if each.is_symlink():
            yield path, Symlink(os.readlink(each))
        elif each.is_dir():
            yield from placed(each, path)
        elif each.is_file():
            yield path, _entry(each)


def _entry(file: Path) -> Entry:
    return Entry(file, file.stat().st_mode & 0o7777)


def _is_program(file: Path) -> bool:
    return bool(file.stat().st_mode & 0o111) and _head(file).startswith(_MAGIC)


def _program(file: Path, path: str, files: dict[str, Placed]) -> Program:
    name = f"given-{path.removeprefix(HERE + '/')}"
    is_library = ".so" in file.suffixes or file.suffix == ".node"
    return Program(name, path, files, word=NEVER_SAID if is_library else None, images=_images(_head(file)))


def _images(head: bytes) -> int:
    """A script that env runs is two execs: env, and what env runs."""
    words = head[2:].partition(b"\n")[0].split() if head.startswith(b"#!") else []
    return 2 if words and words[0].rpartition(b"/")[2] == b"env" else 1


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_HEAD)


PROGRAMS = tuple(programs(os.environ.get("LIBCCHECK_PROGRAMS")))
