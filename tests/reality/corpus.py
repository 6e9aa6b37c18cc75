"""What a corpus program is: files to be placed into a root, and how the exec of one of them is called."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from libccheck.model import Process, User
from tests.reality.reality import ANNOUNCEMENT
from tests.reality.workshop import Content, Workshop

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
HERE = "/app"
"""Where programs are placed: a directory that no root has."""


class Entry(NamedTuple):
    """A file to be placed."""

    content: Content
    mode: int = 0o755


class Symlink(NamedTuple):
    target: str


class Folder(NamedTuple):
    mode: int = 0o755


class Removed(NamedTuple):
    """What the root has at that path is not there."""


Placed = Entry | Symlink | Folder | Removed


class Opened(NamedTuple):
    """What a program loads by dlopen(3). Where that fails it prints dlerror(3) and a newline, and exits by `status`."""

    path: str
    lazy: bool
    status: int


class Program(NamedTuple):
    """One exec: `path` is exec'ed after `files` have been placed, parents in the root resolved.

    code: that of the first finding, "" for a start, None where it depends on the root; with `tool` set it is meant for
    ordinary roots in which that toolchain's plainest program starts, else for every root. word: what it writes to
    standard output when it starts, None where it does not announce itself. images: how many programs exec each other
    until then. opens: what it loads before it says its word.
    """

    name: str
    path: str
    files: Mapping[str, Placed]
    code: str | None = None
    tool: str | None = None
    argv: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    cwd: str = "/"
    word: str | None = ANNOUNCEMENT
    images: int = 1
    opens: Opened | None = None

    def process(self, user: User) -> Process:
        env = tuple({"PATH": PATH, **dict(self.env)}.items())
        return Process(self.argv or (self.path,), env, self.cwd, user)


def one_file(name: str, content: Content, code: str | None = None, mode: int = 0o755) -> Program:
    """A program that is a single file, HERE, called as itself."""
    path = f"{HERE}/{name}"
    return Program(name, path, {path: Entry(content, mode)}, code)


class Ground(Protocol):
    """What a layer is to lie on."""

    def real(self, path: str) -> str:
        """The real path of a directory, links followed inside the root; what is missing stays as it is written."""

    def attributes(self, path: str) -> tuple[int, int, int] | None:
        """Mode, owner and group of the directory at a real path."""


def assemble(program: Program, workshop: Workshop, ground: Ground, directory: Path) -> None:
    """Write the files below `directory`, as a layer to lie on that ground."""
    _folder("/proc", ground, directory)
    for path, placed in program.files.items():
        parent, _, name = path.rpartition("/")
        real = ground.real(parent or "/")
        _folder(real, ground, directory)
        target = Path(f"{directory}{real}") / name
        if isinstance(placed, Symlink):
            target.symlink_to(placed.target)
        elif isinstance(placed, Removed):
            os.mknod(target, stat.S_IFCHR, os.makedev(0, 0))  # as overlayfs has it: a whiteout
        elif isinstance(placed, Folder):
            target.mkdir(exist_ok=True)
            target.chmod(0o755)
        elif isinstance(placed.content, Path):
            _link(placed.content, target, placed.mode)
        else:
            target.write_bytes(workshop.read(placed.content))
            target.chmod(placed.mode)
    for path, placed in program.files.items():
        if isinstance(placed, Folder):
            parent, _, name = path.rpartition("/")
            (Path(f"{directory}{ground.real(parent or '/')}") / name).chmod(placed.mode)


def _link(source: Path, target: Path, mode: int) -> None:
    """A file that is there is not copied where a second name for it does: some have a hundred megabytes."""
    if stat.S_IMODE(source.stat().st_mode) == mode:
        with contextlib.suppress(OSError):
            os.link(source, target)
            return
    shutil.copyfile(source, target)
    target.chmod(mode)


def _folder(path: str, ground: Ground, top: Path) -> None:
    """Make a directory and its parents: as the ground has them, since the upper layer's attributes count, else 0755."""
    for each in (*reversed(Path(path).parents), Path(path)):
        folder = Path(f"{top}{each}")
        folder.mkdir(exist_ok=True)
        mode, uid, gid = ground.attributes(str(each)) or (0o755, os.getuid(), os.getgid())
        os.chown(folder, uid, gid)
        folder.chmod(mode)
