"""Layers, lowest first, to one tree: whiteouts, opaque directories, hard links, directories written through links.

The rules are those of the OCI image specification (`layer.md`), and where it is silent those of containerd's
`archive.Apply`: parents are looked up through links inside the root, a directory keeps what is in it, anything else
makes way. A whiteout hides lower layers only, wherever in its layer it stands.
"""

from __future__ import annotations

from collections.abc import Iterable

from libccheck.errors import LibccheckError
from libccheck.model import Directory, File, Link, Node
from libccheck.record import NamedTuple
from libccheck.tree import Tree

WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_RESERVED = ".wh..wh."
_MAX_LINKS = 255
_MAX_NODES = 4_000_000
_MAX_CHARACTERS = 1 << 30
_IMPLIED = Directory(0o755, 0, 0)


class Entry(NamedTuple):
    """One member of a layer, its path as the archive writes it: a node, or a hard link to another path."""

    path: str
    node: Node | None
    hardlink: str = ""


def merge(layers: Iterable[Iterable[Entry]], *, whiteouts: bool = True) -> Tree:
    """The tree that these layers give; with `whiteouts` false names that begin with `.wh.` are ordinary.

    Raises LibccheckError for what an engine would refuse: a hard link to nothing, a path below a file, a loop of links.
    """
    merger = _Merger()
    for entries in layers:
        merger.number += 1
        for entry in entries:
            merger.add(entry, whiteouts)
    return Tree(_flat(merger.root))


def size(tree: Tree) -> int:
    """The sum of the file sizes in bytes, each file counted once however many names it has."""
    seen: dict[int, int] = {}
    for path in tree:
        node = tree.nodes.get(path)
        if isinstance(node, File):
            seen[id(node)] = node.size
    return sum(seen.values())


def clean(path: str) -> list[str]:
    """The components of a path in an archive, which never leads out of the root."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part and part != ".":
            parts.append(part)
    return parts


class _Folder:
    """A directory being built; `born` is the layer that last wrote it."""

    __slots__ = ("born", "children", "node")

    def __init__(self, node: Directory, born: int) -> None:
        self.node = node
        self.born = born
        self.children: dict[str, _Folder | _Leaf] = {}

    def prune(self, born: int) -> None:
        """Drop what is older than that layer, all the way down; a directory that only holds newer things is implied."""
        below = [(self, "", self)]
        for folder, _, _ in below:
            below.extend((child, name, folder) for name, child in folder.children.items() if isinstance(child, _Folder))
        for folder, name, parent in reversed(below):
            for leaf in [each for each, child in folder.children.items() if isinstance(child, _Leaf)]:
                if folder.children[leaf].born < born:
                    del folder.children[leaf]
            if folder is not self and folder.born < born:
                if folder.children:
                    folder.node, folder.born = _IMPLIED, born
                else:
                    del parent.children[name]


class _Leaf(NamedTuple):
    node: Node
    born: int


class _Merger:
    """The tree on its way; `number` is the layer that is being added."""

    __slots__ = ("last", "last_folder", "made", "number", "root")

    def __init__(self) -> None:
        self.root = _Folder(_IMPLIED, -1)
        self.number = -1
        self.made = 0
        self.last: list[str] | None = None
        self.last_folder = self.root

    def add(self, entry: Entry, whiteouts: bool) -> None:
        parts = clean(entry.path)
        if not parts:
            if isinstance(entry.node, Directory):
                self.root.node, self.root.born = entry.node, self.number
            return
        name = parts.pop()
        if whiteouts and name.startswith(WHITEOUT):
            self._hide(parts, name)
            return
        folder = self._folder(parts, make=True)
        assert folder is not None
        node = entry.node if entry.node is not None else self._linked(entry)
        known = folder.children.get(name)
        if isinstance(node, Directory) and isinstance(known, _Folder):
            known.node, known.born = node, self.number
            return
        if known is not None:
            self.last = None
        self._count()
        folder.children[name] = _Folder(node, self.number) if isinstance(node, Directory) else _Leaf(node, self.number)

    def _hide(self, parts: list[str], name: str) -> None:
        folder = self._folder(parts, make=False)
        self.last = None
        if folder is None:
            return
        if name == _OPAQUE:
            folder.prune(self.number)
            return
        hidden = name[len(WHITEOUT) :]
        if name.startswith(_RESERVED):
            return
        if hidden in ("", ".", ".."):
            raise LibccheckError(f"a layer holds the whiteout {name!r}, which names nothing")
        known = folder.children.get(hidden)
        if isinstance(known, _Folder):
            known.prune(self.number)
            if known.children and known.born < self.number:
                known.node, known.born = _IMPLIED, self.number
        if known is not None and known.born < self.number:
            del folder.children[hidden]

    def _linked(self, entry: Entry) -> Node:
        parts = clean(entry.hardlink)
        folder = self._folder(parts[:-1], make=False)
        target = folder.children.get(parts[-1]) if folder is not None and parts else None
        if not isinstance(target, _Leaf):
            raise LibccheckError(f"{entry.path!r} is a hard link to {entry.hardlink!r}, which is not a file there")
        return target.node

    def _folder(self, parts: list[str], *, make: bool) -> _Folder | None:
        """The directory of that name, through links inside the root; missing ones are made, or None."""
        if parts == self.last:
            return self.last_folder
        stack = [self.root]
        todo = parts[::-1]
        links = 0
        while todo:
            part = todo.pop()
            if part == "..":
                if len(stack) > 1:
                    stack.pop()
                continue
            child = stack[-1].children.get(part)
            if child is None and make:
                self._count()
                child = stack[-1].children[part] = _Folder(_IMPLIED, self.number)
            if isinstance(child, _Folder):
                stack.append(child)
            elif child is not None and isinstance(child.node, Link):
                links += 1
                if links > _MAX_LINKS:
                    raise LibccheckError(f"{'/'.join(parts)!r} leads through too many links")
                if child.node.target.startswith("/"):
                    del stack[1:]
                todo.extend(each for each in reversed(child.node.target.split("/")) if each not in ("", "."))
            elif not make:
                return None
            else:
                raise LibccheckError(f"a layer puts {'/'.join(parts)!r} below a file")
        self.last, self.last_folder = parts, stack[-1]
        return stack[-1]

    def _count(self) -> None:
        self.made += 1
        if self.made > _MAX_NODES:
            raise LibccheckError(f"more than {_MAX_NODES} files and directories")


def _flat(root: _Folder) -> dict[str, Node]:
    nodes: dict[str, Node] = {"/": root.node}
    todo = [("", root)]
    characters = 0
    while todo:
        path, folder = todo.pop()
        for name, child in folder.children.items():
            below = f"{path}/{name}"
            characters += len(below)
            nodes[below] = child.node
            if isinstance(child, _Folder):
                todo.append((below, child))
        if characters > _MAX_CHARACTERS:
            raise LibccheckError("the paths of all files are longer than any image's")
    return nodes
