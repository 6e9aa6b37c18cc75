"""`dir:`: a root file system that lies in a directory, read as far as somebody asks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from mmap import ACCESS_READ, mmap
from stat import S_IFMT, S_IMODE

from libccheck.content import content, is_text
from libccheck.errors import LibccheckError
from libccheck.images import platforms
from libccheck.images.condense import condensed
from libccheck.images.config import DEFAULT
from libccheck.images.keep import HEAD, is_elf, kept
from libccheck.images.opening import USUAL, Opening
from libccheck.model import Content, Directory, File, Image, Link, Node, Special
from libccheck.tree import LazyNodes, Tree

_TEXT = 1 << 20
_MAPPED = 128  # mmap keeps a file descriptor each; beyond this many the needed parts are copied
_SPECIAL = {0o020000: "c", 0o060000: "b", 0o010000: "p", 0o140000: "s"}
_EMPTY_IN_AN_IMAGE = ("proc", "sys")


def open_directory(path: str, reference: str, how: Opening = USUAL) -> Image:
    """The image whose root is that directory; no config but Docker's default PATH."""
    try:
        root = os.path.realpath(path)
        if not os.path.exists(root):
            raise LibccheckError(f"{path} does not exist", subject=reference, hint="check the path of the directory")
        if not os.path.isdir(root):
            hint = f"name it as tar:{path}, if it is an archive"
            raise LibccheckError(f"{path} is not a directory", subject=reference, hint=hint)
        os.listdir(root)
    except OSError as error:
        raise LibccheckError(f"cannot read {path}: {error.strerror}", subject=reference) from error
    tree = Tree(Nodes(root))
    return Image(
        reference=reference,
        source="dir",
        digest=None,
        platform=how.platform or platforms.of_tree(tree) or platforms.host(),
        size=None,
        layers=(),
        config=DEFAULT,
        tree=tree,
    )


class Nodes(LazyNodes):
    """Real paths below a root to nodes, looked at on demand; links are never followed, devices never opened.

    Names of one file give one node, so that its size counts once.

    What is mounted at /proc and /sys is not part of an image: both read as empty directories.
    """

    __slots__ = ("_known", "_linked", "_mapped", "_root")

    def __init__(self, root: str) -> None:
        self._root = os.fsencode(root.rstrip("/"))
        self._known: dict[str, Node | None] = {}
        self._linked: dict[tuple[int, int], File] = {}
        self._mapped = 0

    def get(self, path: str, _: object = None) -> Node | None:  # type: ignore[override]
        if path in self._known:
            return self._known[path]
        parent, _, name = path.rpartition("/")
        node = None
        if path == "/" or (_is_real(parent, name) and self._holds(parent or "/")):
            node = self._look(path)
        self._known[path] = node
        return node

    def __iter__(self) -> Iterator[str]:
        """Every path, directories before what is in them."""
        todo = ["/"]
        while todo:
            path = todo.pop()
            if isinstance(self.get(path), Directory):
                todo.extend(path.rstrip("/") + "/" + name for name in sorted(self.names(path), reverse=True))
            yield path

    def names(self, path: str) -> list[str]:
        """What is in a directory; nothing where it cannot be read."""
        if not self._holds(path) or self._is_mounted(path):
            return []
        try:
            return [os.fsdecode(name) for name in os.listdir(self._real(path))]
        except OSError:
            return []

    def _holds(self, path: str) -> bool:
        return isinstance(self.get(path), Directory) and not (path[1:] in _EMPTY_IN_AN_IMAGE and self._is_mounted(path))

    def _is_mounted(self, path: str) -> bool:
        """Whether proc or sysfs of a live root, or of a container in it, is mounted there."""
        if path.rpartition("/")[2] not in _EMPTY_IN_AN_IMAGE:
            return False
        try:
            here = os.lstat(self._real(path))
            return here.st_dev != os.lstat(self._real(path.rpartition("/")[0] or "/")).st_dev
        except OSError:
            return False

    def _real(self, path: str) -> bytes:
        return self._root + os.fsencode(path)

    def _look(self, path: str) -> Node | None:
        try:
            found = os.lstat(self._real(path))
            kind, mode = S_IFMT(found.st_mode), S_IMODE(found.st_mode)
            if kind == 0o040000:
                return Directory(mode, found.st_uid, found.st_gid)
            if kind == 0o120000:
                return Link(os.fsdecode(os.readlink(self._real(path))))
        except OSError:
            return None
        if kind in _SPECIAL:
            return Special(_SPECIAL[kind], mode, found.st_uid, found.st_gid)
        node = File(mode, found.st_uid, found.st_gid, found.st_size, None, partial(self._load, path, mode))
        if found.st_nlink > 1 and not is_text(path):
            return self._linked.setdefault((found.st_dev, found.st_ino), node)
        return node

    def _load(self, path: str, mode: int) -> Content:
        try:
            file = os.open(self._real(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                return self._content(file, path, mode)
            finally:
                os.close(file)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise LibccheckError(
                f"cannot read {path} in {os.fsdecode(self._root) or '/'}: {reason}", hint="run it as a user who may"
            ) from error

    def _content(self, file: int, path: str, mode: int) -> Content:
        if S_IFMT(os.fstat(file).st_mode) != 0o100000:
            raise ValueError("it is no longer a regular file")
        head = os.pread(file, HEAD, 0)
        if not is_elf(head):
            data = head + os.pread(file, _TEXT - HEAD, HEAD) if is_text(path) and len(head) == HEAD else head
            found = content(data, path)
            if not found.unmarked:
                return kept(found, mode)
        view = mmap(file, 0, access=ACCESS_READ)
        if self._mapped < _MAPPED:
            self._mapped += 1
            return content(view, path)
        found, _ = condensed(view, path)
        view.close()
        return found


def _is_real(parent: str, name: str) -> bool:
    return parent[-1:] != "/" and parent[:1] in ("", "/") and name not in ("", ".", "..")
