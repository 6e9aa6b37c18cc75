"""Tar archives and trees to order, written by the standard library's tarfile."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable
from typing import NamedTuple

from libccheck.model import Content, Directory, File, Link, Node, Special
from libccheck.tree import Tree


class Item(NamedTuple):
    """One member to be: `data` of a file, `target` of a link, or neither for a directory."""

    name: str
    data: bytes | None = None
    target: str | None = None
    kind: bytes | None = None
    mode: int = 0o755
    uid: int = 0
    gid: int = 0


def tar(items: Iterable[Item], form: int = tarfile.GNU_FORMAT) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=form, errors="surrogateescape") as archive:
        for item in items:
            info = tarfile.TarInfo(item.name)
            info.mode, info.uid, info.gid = item.mode, item.uid, item.gid
            info.type = item.kind or (
                tarfile.REGTYPE
                if item.data is not None
                else tarfile.SYMTYPE
                if item.target is not None
                else tarfile.DIRTYPE
            )
            info.linkname = item.target or ""
            info.size = len(item.data or b"")
            archive.addfile(info, io.BytesIO(item.data or b""))
    return written.getvalue()


def plain(tree: Tree) -> dict[str, tuple[object, ...]]:
    """Every node as a value that compares: a file's content in place of what loads it."""
    return {path: _plain(tree.nodes[path]) for path in tree}


def _plain(node: Node) -> tuple[object, ...]:
    if isinstance(node, File):
        return ("file", node.mode, node.uid, node.gid, node.size, node.layer, node.load())
    return (type(node).__name__, *node)


def file(data: bytes = b"", mode: int = 0o644, layer: int | None = None) -> File:
    return File(mode, 0, 0, len(data), layer, lambda: Content(data[:256], None, None, None))


def link(target: str) -> Link:
    return Link(target)


def directory(mode: int = 0o755) -> Directory:
    return Directory(mode, 0, 0)


def fifo() -> Special:
    return Special("p", 0o644, 0, 0)
