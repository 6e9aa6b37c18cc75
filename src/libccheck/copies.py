"""Files and directories of this machine that `--copy` places into an image."""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Callable

from libccheck.content import content
from libccheck.errors import LibccheckError
from libccheck.model import Content, Directory, File, Link, Node, Special
from libccheck.placement import Copy

_KEPT_TEXT = 1 << 20
_KINDS = {stat.S_IFCHR: "c", stat.S_IFBLK: "b", stat.S_IFIFO: "p", stat.S_IFSOCK: "s"}


def read_copy(source: str, destination: str) -> Copy:
    """What `COPY source destination` would take: a link named as the source is followed, links below it are kept."""
    try:
        nodes = {"": node_of(source, os.stat(source))}
        if isinstance(nodes[""], Directory):
            _walk(source, nodes)
    except OSError as error:
        raise _unreadable(source, error) from None
    return Copy(source, destination, nodes)


def _walk(source: str, nodes: dict[str, Node]) -> None:
    todo = [(source, "")]
    while todo:
        directory, below = todo.pop()
        with os.scandir(directory) as entries:
            for entry in sorted(entries, key=lambda each: each.name):
                name = f"{below}/{entry.name}" if below else entry.name
                if entry.is_symlink():
                    nodes[name] = Link(os.readlink(entry.path))
                    continue
                nodes[name] = node_of(entry.path, entry.stat())
                if isinstance(nodes[name], Directory):
                    todo.append((entry.path, name))


def node_of(path: str, status: os.stat_result) -> Node:
    """The node of a file of this machine; its content is read when it is asked for."""
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISDIR(status.st_mode):
        return Directory(mode, 0, 0)
    if stat.S_ISREG(status.st_mode):
        return File(mode, 0, 0, status.st_size, None, _loading(path))
    return Special(_KINDS.get(stat.S_IFMT(status.st_mode), "p"), mode, 0, 0)


def _loading(path: str) -> Callable[[], Content]:
    loaded: list[Content] = []

    def load() -> Content:
        if not loaded:
            loaded.append(_content(path))
        return loaded[0]

    return load


def _content(path: str) -> Content:
    """All text is kept: where the file ends up decides whether a loader reads it, and that is not known here."""
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
    except OSError as error:
        raise _unreadable(path, error) from None
    found = content(view)
    return found if found.elf is not None else found._replace(text=bytes(view[:_KEPT_TEXT]))


def _unreadable(path: str, error: OSError) -> LibccheckError:
    reason = (error.strerror or str(error)).lower()
    hint = "is the path right?" if isinstance(error, FileNotFoundError) else ""
    return LibccheckError(reason, subject=path, hint=hint)
