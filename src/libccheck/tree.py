"""Paths to nodes: look-up inside a root as the kernel does it (`fs/namei.c`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from libccheck.model import Directory, File, Link, Node, User
from libccheck.record import NamedTuple

_PATH_MAX = 4096
_NAME_MAX = 255
_MAX_LINKS = 40
_ROOT_USER = User()


class Resolved(NamedTuple):
    """`path` is the real path, without links; where `errno` is set, `node` is None and `path` is where it ended."""

    path: str
    node: Node | None
    errno: str | None


class Tree:
    """A root file system: real absolute paths ("/usr/lib") to nodes, "/" included.

    `nodes` may read lazily; `get` is all that a look-up asks of it.
    """

    __slots__ = ("nodes",)

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self.nodes = nodes

    def resolve(self, path: str, cwd: str = "/", *, follow: bool = True, user: User = _ROOT_USER) -> Resolved:
        """Walk `path` as that user, symbolic links always inside the root; `follow` concerns the last component."""
        if not path:
            return Resolved("", None, "ENOENT")
        if len(path.encode("utf-8", "surrogateescape")) >= _PATH_MAX:
            return Resolved(path, None, "ENAMETOOLONG")
        get = self.nodes.get
        here = "/" if path[0] == "/" else (cwd.rstrip("/") or "/")
        node: Node | None = get(here)
        todo = [part for part in reversed(path.split("/")) if part]
        as_directory = path[-1] == "/"
        links = 0
        if node is None:
            return Resolved(here, None, "ENOENT")
        while todo:
            if not isinstance(node, Directory):
                return Resolved(here, None, "ENOTDIR")
            if user.uid and not may(node, user, 1):
                return Resolved(here, None, "EACCES")
            part = todo.pop()
            if part == ".":
                continue
            if part == "..":
                here = here.rpartition("/")[0] or "/"
                node = get(here)
                continue
            if len(part) > _NAME_MAX // 4 and len(part.encode("utf-8", "surrogateescape")) > _NAME_MAX:
                return Resolved(here, None, "ENAMETOOLONG")
            below = f"/{part}" if here == "/" else f"{here}/{part}"
            node = get(below)
            if node is None:
                return Resolved(below, None, "ENOENT")
            if isinstance(node, Link) and (todo or follow or as_directory):
                links += 1
                if links > _MAX_LINKS:
                    return Resolved(below, None, "ELOOP")
                if not node.target:
                    return Resolved(below, None, "ENOENT")
                if node.target[0] == "/":
                    here = "/"
                as_directory = as_directory or (not todo and node.target[-1] == "/")
                todo.extend(each for each in reversed(node.target.split("/")) if each)
                node = get(here)
                continue
            here = below
        if as_directory and not isinstance(node, Directory):
            return Resolved(here, None, "ENOTDIR")
        return Resolved(here, node, None)

    def overlay(self, nodes: Mapping[str, Node]) -> Tree:
        """The same tree with these nodes placed into it, missing parent directories made (0755, root)."""
        return Tree(_Overlay(self.nodes, nodes))

    def __iter__(self) -> Iterator[str]:
        return iter(self.nodes)


def may(node: Node, user: User, bit: int) -> bool:
    """Whether the mode bits allow `bit` (1 execute or search, 2 write, 4 read) to that user; root needs one x bit."""
    if isinstance(node, Link):
        return True
    if user.uid == 0:
        return bit != 1 or isinstance(node, Directory) or bool(node.mode & 0o111)
    if node.uid == user.uid:
        return bool(node.mode >> 6 & bit)
    if node.gid == user.gid or node.gid in user.groups:
        return bool(node.mode >> 3 & bit)
    return bool(node.mode & bit)


EMPTY = Tree({"/": Directory(0o755, 0, 0)})


class LazyNodes(Mapping[str, Node]):
    """The base of nodes that are not all at hand: a class of them has `get` and `__iter__`."""

    __slots__ = ()

    def get(self, path: str, _: object = None) -> Node | None:  # type: ignore[override]
        raise NotImplementedError

    def __getitem__(self, path: str) -> Node:
        node = self.get(path)
        if node is None:
            raise KeyError(path)
        return node

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and self.get(path) is not None

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Overlay(LazyNodes):
    __slots__ = ("_above", "_below")

    def __init__(self, below: Mapping[str, Node], above: Mapping[str, Node]) -> None:
        self._below = below
        self._above: dict[str, Node] = {}
        for path, node in above.items():
            parent = path.rpartition("/")[0]
            while parent and parent not in self._above and self._below.get(parent) is None:
                self._above[parent] = Directory(0o755, 0, 0)
                parent = parent.rpartition("/")[0]
            self._above[path] = node

    def get(self, path: str, _: object = None) -> Node | None:  # type: ignore[override]
        node = self._above.get(path)
        return node if node is not None else self._below.get(path)

    def __iter__(self) -> Iterator[str]:
        yield from self._above
        yield from (path for path in self._below if path not in self._above)


def is_file(node: Node | None) -> bool:
    return isinstance(node, File)
