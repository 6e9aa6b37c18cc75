"""The files of a corpus program as a layer that lies on a root, on disk and as nodes of a tree."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from stat import S_IMODE, S_ISDIR

from libccheck.images import open_image
from libccheck.model import Content, Directory, File, Node, Special
from libccheck.tree import LazyNodes, Tree
from tests.reality.corpus import Ground, Program, assemble
from tests.reality.programs import PROGRAMS
from tests.reality.workshop import Workshop

PLATFORM = "linux/amd64"


class Layers:
    """Lays out each program once for all grounds that are the same to it; a context manager."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._room = tempfile.TemporaryDirectory(prefix="libccheck-layers-")
        self._known: dict[object, Path] = {}

    def __enter__(self) -> Layers:
        return self

    def __exit__(self, *_: object) -> None:
        self._room.cleanup()

    def lay_out(self, name: str, ground: Ground) -> Path:
        """The layer as a directory, which always holds a directory `proc`."""
        parents = {ground.real(path.rpartition("/")[0] or "/") for path in PROGRAMS[name].files} | {"/proc"}
        above = sorted({str(each) for parent in parents for each in (Path(parent), *Path(parent).parents)})
        key = name, tuple((each, ground.attributes(each)) for each in above)
        if key not in self._known:
            directory = Path(self._room.name) / str(len(self._known))
            assemble(PROGRAMS[name], self._workshop, ground, directory)
            self._known[key] = directory
        return self._known[key]

    def on(self, tree: Tree, name: str, ground: Ground) -> Tree:
        """The tree with the layer on it."""
        return laid_over(tree, self.lay_out(name, ground))

    @contextlib.contextmanager
    def once(self, program: Program, ground: Ground) -> Iterator[Path]:
        """The layer of a program that is tried only this time."""
        with tempfile.TemporaryDirectory(dir=self._room.name, ignore_cleanup_errors=True) as room:
            directory = Path(room) / "layer"
            assemble(program, self._workshop, ground, directory)
            yield directory


def laid_over(tree: Tree, layer: Path) -> Tree:
    """The tree with a layer on it; what the layer removes is not there, nor what lies below."""
    nodes = dict(open_image(f"dir:{layer}", platform=PLATFORM).tree.nodes)
    removed = [path for path, node in nodes.items() if isinstance(node, Special)]
    for each in removed:
        del nodes[each]
    return (Tree(_Less(tree.nodes, tuple(removed))) if removed else tree).overlay(nodes)


class DiskGround:
    """A root in a directory."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.real = cache(self._real)
        self.attributes = cache(self._attributes)

    def _real(self, path: str) -> str:
        parts, done, links = [each for each in reversed(path.split("/")) if each], "", 0
        while parts:
            part = parts.pop()
            here = Path(f"{self._root}{done}/{part}")
            if part == "..":
                done = done.rpartition("/")[0]
            elif here.is_symlink() and links < 40:
                links += 1
                target = str(here.readlink())
                done = "" if target.startswith("/") else done
                parts.extend(each for each in reversed(target.split("/")) if each not in ("", "."))
            else:
                done = f"{done}/{part}"
        return done or "/"

    def _attributes(self, path: str) -> tuple[int, int, int] | None:
        try:
            found = os.lstat(f"{self._root}{path}")
        except OSError:
            return None
        return (S_IMODE(found.st_mode), found.st_uid, found.st_gid) if S_ISDIR(found.st_mode) else None


class TreeGround:
    """A root that is known as a tree only."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def real(self, path: str) -> str:
        found = self._tree.resolve(path)
        if found.node is not None or path == "/":
            return found.path
        parent, _, name = path.rpartition("/")
        return f"{self.real(parent or '/').rstrip('/')}/{name}"

    def attributes(self, path: str) -> tuple[int, int, int] | None:
        node = self._tree.nodes.get(path)
        return (node.mode, node.uid, node.gid) if isinstance(node, Directory) else None


def remembering(tree: Tree) -> Tree:
    """The same tree, each of its files read once: every program asks for the same libraries."""
    return Tree(_Remembering(tree.nodes))


class _Less(LazyNodes):
    def __init__(self, nodes: Mapping[str, Node], removed: tuple[str, ...]) -> None:
        self._nodes = nodes
        self._removed = removed
        self._below = tuple(f"{each}/" for each in removed)

    def get(self, path: str, _: object = None) -> Node | None:  # type: ignore[override]
        return None if path in self._removed or path.startswith(self._below) else self._nodes.get(path)

    def __iter__(self) -> Iterator[str]:
        return (each for each in self._nodes if self.get(each) is not None)


class _Remembering(LazyNodes):
    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self._nodes = nodes
        self._files: dict[str, File] = {}

    def get(self, path: str, _: object = None) -> Node | None:  # type: ignore[override]
        node = self._files.get(path) or self._nodes.get(path)
        if isinstance(node, File) and path not in self._files:
            load: Callable[[], Content] = cache(node.load)
            self._files[path] = node = node._replace(load=load)
        return node

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)
