"""What PROGRAM arguments stand for: files, directories, globs, and the programs inside wheels and tarballs."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from stat import S_ISREG

from libccheck.artifacts.archives import is_archive, unpack
from libccheck.errors import LibccheckError
from libccheck.model import Failure, Program
from libccheck.programs import read_program

_SIGNS = (b"\x7fELF", b"#!")
_MOST_FILES = 200_000
_MAGIC = frozenset("*?[")


def expand(arguments: Sequence[str], *, digest: bool = False) -> Iterator[Program | Failure]:
    """The programs that the arguments name, one after the other, and what of them could not be looked at.

    A file is itself, unless it is a zip file or a tarball: then it is every program in it, and `FILE!PATH` one of
    them. A directory is every ELF file and script below it; links in it are not followed. What is no file is a glob.
    """
    seen: set[str] = set()
    for argument in arguments:
        try:
            for found in _expanded(argument, digest):
                name = found.path if isinstance(found, Program) else ""
                if not name or name not in seen:
                    seen.add(name)
                    yield found
        except LibccheckError as error:
            yield Failure(error.subject or argument, error.message, error.hint, error.status)


def _expanded(argument: str, digest: bool) -> Iterator[Program | Failure]:
    archive, sign, inside = argument.partition("!")
    if os.path.lexists(argument):
        yield from _at(argument, digest)
    elif sign and os.path.lexists(archive):
        yield from _members(archive, inside, digest)
    elif _MAGIC & set(argument):
        yield from _globbed(argument, digest)
    else:
        yield read_program(argument, digest=digest)


def _at(path: str, digest: bool) -> Iterator[Program | Failure]:
    if os.path.isdir(path):
        yield from _below(path, digest)
        return
    program = read_program(path, digest=digest)
    if is_archive(program.data):
        yield from _members(path, "", digest)
    else:
        yield program


def _globbed(pattern: str, digest: bool) -> Iterator[Program | Failure]:
    paths = sorted(glob.glob(pattern, recursive=True))
    if not paths:
        raise LibccheckError(f"nothing is called {pattern}", subject=pattern, hint="check the pattern and its quotes")
    for path in paths:
        try:
            yield from _at(path, digest)
        except LibccheckError as error:
            yield Failure(error.subject or path, error.message, error.hint, error.status)


def _below(top: str, digest: bool) -> Iterator[Program | Failure]:
    found = False
    for path in _files(top):
        try:
            if _head(path).startswith(_SIGNS):
                found = True
                yield read_program(path, digest=digest)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            yield Failure(path, f"cannot read {path}: {reason}", "run it as a user who may read it")
        except LibccheckError as error:
            yield Failure(error.subject or path, error.message, error.hint, error.status)
    if not found:
        raise LibccheckError(f"there is no program in {top}", subject=top, hint="name a file to see what it is")


def _files(top: str) -> Iterator[str]:
    """The paths of the regular files below a directory, in order."""
    count = 0
    failed: list[OSError] = []
    for directory, names, files in os.walk(top, onerror=failed.append):
        names.sort()
        for name in sorted(files):
            path = os.path.join(directory, name)
            if S_ISREG(os.lstat(path).st_mode):
                count += 1
                yield path
        if count > _MOST_FILES:
            raise LibccheckError(f"more than {_MOST_FILES} files below {top}", subject=top, hint="name a part of it")
        while failed:
            raise failed.pop()


def _head(path: str) -> bytes:
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return os.read(file, 4)
    finally:
        os.close(file)


def _members(path: str, inside: str, digest: bool) -> Iterator[Program | Failure]:
    program = read_program(path)
    if program.directory or not is_archive(program.data):
        hint = "a wheel, a zip file or a tarball has paths in it"
        raise LibccheckError(f"{path} is not an archive", subject=f"{path}!{inside}", hint=hint)
    yield from unpack(path, program.data, inside, digest)
