"""Where the cache lies: a directory of the user's own, how much is in it, and what goes when it is too much."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterator

from libccheck.record import NamedTuple

_LONG = 3600.0
LIMIT = 2 << 30
"""Bytes; what was not looked at for the longest time goes first."""


class Kept(NamedTuple):
    """One file; `size` in bytes, `used` the second it was last looked at."""

    path: str
    size: int
    used: float


class Place:
    """A directory, which need not be there yet."""

    def __init__(self, directory: str) -> None:
        self.directory = directory

    def is_private(self) -> bool:
        """Whether nobody else can write there; it is made where it is missing."""
        try:
            os.makedirs(self.directory, mode=0o700, exist_ok=True)
            found = os.lstat(self.directory)
        except OSError:
            return False
        writable = os.access(self.directory, os.W_OK | os.X_OK)
        return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022 and writable

    def files(self) -> list[Kept]:
        """All files that are whole, those used last at the end."""
        return sorted((each for each in self._files() if not _is_unfinished(each)), key=lambda each: each.used)

    def prune(self, limit: int = LIMIT) -> None:
        """Remove what is too much, and what was being written an hour ago by somebody who is no more."""
        for each in self._files():
            if _is_unfinished(each) and time.time() - each.used > _LONG:
                self.remove(each.path)
        files = self.files()
        total = sum(each.size for each in files)
        for each in files:
            if total <= limit:
                return
            self.remove(each.path)
            total -= each.size

    def clear(self) -> list[Kept]:
        """Remove all that is there, and say what it was."""
        files = self.files()
        for each in files:
            self.remove(each.path)
        return files

    def remove(self, path: str) -> None:
        with contextlib.suppress(OSError):
            os.remove(path)

    def _files(self) -> Iterator[Kept]:
        try:
            with os.scandir(self.directory) as entries:
                for each in entries:
                    if each.is_file(follow_symlinks=False):
                        found = each.stat(follow_symlinks=False)
                        yield Kept(each.path, found.st_size, found.st_mtime)
        except OSError:
            return


def _is_unfinished(file: Kept) -> bool:
    """Whether it has the name that a file has before it is whole: its own, a process and a thread."""
    return file.path.rpartition(".")[2].isdigit()


def place() -> Place:
    """The user's own, by the XDG base directory specification."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not base.startswith("/"):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return Place(os.path.join(base, "libccheck"))
