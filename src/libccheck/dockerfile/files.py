"""The files of a stage, as far as its Dockerfile tells: its base's, what COPY and RUN put there, what they change.

Nothing is copied: a path is looked up through the instructions, the last one first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from libccheck.dockerfile.made import Made, Unknown
from libccheck.imagined import program
from libccheck.model import Directory, File, Link, Node
from libccheck.record import NamedTuple
from libccheck.tree import LazyNodes, Tree

_MOST_HOPS = 40
_MOST_CHANGES = 500


class Context(Protocol):
    """The build context: paths are relative to it, "" is itself. What .dockerignore leaves out is not there."""

    def node(self, path: str) -> Node | None: ...

    def names(self, path: str) -> list[str]: ...

    def text(self, path: str) -> bytes | None: ...


class Found(NamedTuple):
    """What stands at a path. line, stage: of the instruction that put it there, 0 for what the base brought.

    context: its path in the build context, where it comes from there.
    """

    entry: Node | Made | Unknown
    line: int = 0
    stage: str = ""
    context: str | None = None
    mode: int | None = None


class Placed(NamedTuple):
    """One thing that an instruction put at `path`, or below it where `below`; exactly one source is set.

    context: a path in the build context; files and inside: a path in another stage's files; entry: the thing itself.
    mode: the permission bits that --chmod gives, None where they are kept.
    """

    path: str
    line: int
    below: bool = True
    context: str | None = None
    files: Any = None
    inside: str = ""
    entry: Node | Made | Unknown | None = None
    mode: int | None = None


class Changed(NamedTuple):
    """`chmod` or `dos2unix` of a path, of all below it where `below`; mode None leaves it as it is."""

    path: str
    below: bool
    mode: int | None
    unix: bool
    at: int  # how many were placed before


class Files:
    """base: of the image, None where it is not at hand. whole: whether what is not found is not there."""

    def __init__(
        self, stage: str, base: Tree | None, whole: bool, parent: Files | None, context: Context | None
    ) -> None:
        self.stage = stage
        self.base, self.context = base, context
        self.whole = whole
        self.placed: list[Placed] = list(parent.placed) if parent else []
        self.changed: list[Changed] = list(parent.changed) if parent else []
        self.stages: list[str] = list(parent.stages) if parent else []
        self._at: dict[str, list[int]] = {path: list(at) for path, at in parent._at.items()} if parent else {}
        self._above: dict[str, int] = dict(parent._above) if parent else {}

    def place(self, placed: Placed) -> None:
        placed = placed._replace(path=self.landing(placed.path))
        self._at.setdefault(placed.path, []).append(len(self.placed))
        for directory in _ancestors(placed.path):
            self._above[directory] = len(self.placed)
        self.placed.append(placed)
        self.stages.append(self.stage)

    def change(self, path: str, *, below: bool, mode: int | None = None, unix: bool = False) -> None:
        if len(self.changed) < _MOST_CHANGES:
            self.changed.append(Changed(self.landing(path), below, mode, unix, len(self.placed)))

    def landing(self, path: str) -> str:
        """The same path with the links of the base's directories followed."""
        directory, _, name = path.rpartition("/")
        if self.base is None or not directory:
            return path
        found = self.base.resolve(directory)
        return path if found.node is None else f"{found.path.rstrip('/')}/{name}"

    def find(self, path: str, hops: int = 0) -> Found | None:
        """None where nothing is there, as far as it is known; links are not followed."""
        if hops > _MOST_HOPS:
            return Found(Unknown("it is copied through more stages than are followed"))
        for at in self._reaching(path):
            found = self._in(self.placed[at], self.stages[at], path, hops)
            if found is not None:
                return self._as_changed(found, path, at)
        if self.base is None:
            return None
        node = self.base.nodes.get(path)
        return Found(node) if node is not None else None

    def is_directory(self, path: str) -> bool:
        """Whether a directory is known to be there."""
        found = self.find(self.landing(path) if path != "/" else path)
        if found is not None and isinstance(found.entry, (Directory, Link)):
            return self.tree().resolve(path).node.__class__ is Directory
        return path == "/" or path in self._above

    def text(self, path: str) -> bytes | None:
        """The bytes of a file that comes from the build context, through however many stages."""
        found = self.find(path)
        if found is None or found.context is None or self.context is None:
            return None
        return self.context.text(found.context)

    def names(self, path: str) -> list[str]:
        """What the build context has put into that directory."""
        names: set[str] = set()
        if self.context is None:
            return []
        for each in self.placed:
            if each.context is not None:
                below = _below(each.path, path)
                if below is not None:
                    names.update(self.context.names(_join(each.context, below)))
            if each.path.rpartition("/")[0] == path:
                names.add(each.path.rpartition("/")[2])
        return sorted(names)

    def tree(self) -> Tree:
        """The files as a tree for the launch model; what nobody knows is not in it."""
        return Tree(_Nodes(self))

    def _reaching(self, path: str) -> list[int]:
        """Which placements may say what stands at a path, the last one first."""
        found = list(self._at.get(path, ()))
        for directory in _ancestors(path):
            found += self._at.get(directory, ())
        if path in self._above:
            found.append(self._above[path])
        return sorted(set(found), reverse=True)

    def _in(self, placed: Placed, stage: str, path: str, hops: int) -> Found | None:
        below = _below(placed.path, path)
        if below is None:
            return Found(Directory(0o755, 0, 0), placed.line, stage) if _below(path, placed.path) else None
        if below and not placed.below:
            return None
        if isinstance(placed.entry, Made) and placed.below and not below:
            return Found(Directory(0o755, 0, 0), placed.line, stage)
        if placed.entry is not None:
            return Found(placed.entry, placed.line, stage, mode=placed.mode)
        if placed.files is not None:
            source: Files = placed.files
            inside = _join(placed.inside, below) if placed.inside != "/" else f"/{below}"
            found = source.find(source.landing(inside), hops + 1)
            if found is None:
                return None
            entry = _followed(source, inside, found.entry) if not below else found.entry
            return Found(
                entry, placed.line, stage, found.context, placed.mode if placed.mode is not None else found.mode
            )
        if placed.context is None or self.context is None:
            return None
        inside = _join(placed.context, below)
        node = self.context.node(inside)
        return Found(node, placed.line, stage, inside, placed.mode) if node is not None else None

    def _as_changed(self, found: Found, path: str, at: int) -> Found:
        entry, mode = found.entry, found.mode
        for each in self.changed:
            if each.at <= at or not (each.path == path or (each.below and _below(each.path, path))):
                continue
            mode = each.mode if each.mode is not None else mode
            if each.unix and isinstance(entry, File):
                entry = _with_unix_lines(entry)
        if mode is not None and isinstance(entry, File):
            entry = entry._replace(mode=mode)
        return found._replace(entry=entry, mode=mode)


class _Nodes(LazyNodes):
    """Files as the nodes of a tree."""

    __slots__ = ("_files",)

    def __init__(self, files: Files) -> None:
        self._files = files

    def get(self, path: str, _: object = None) -> Node | None:  # type: ignore[override]
        if path == "/":
            return Directory(0o755, 0, 0)
        found = self._files.find(path)
        if found is None or isinstance(found.entry, Unknown):
            return None
        if isinstance(found.entry, Made):
            return program(found.entry.content, found.mode if found.mode is not None else found.entry.mode)
        return found.entry

    def __iter__(self) -> Iterator[str]:
        if self._files.base is not None:
            yield from self._files.base


def _followed(files: Files, path: str, entry: Node | Made | Unknown) -> Node | Made | Unknown:
    """COPY follows the link that it names."""
    if not isinstance(entry, Link):
        return entry
    target = files.tree().resolve(path)
    found = files.find(target.path) if target.node is not None else None
    return found.entry if found is not None else Unknown(f"{path} is a link that leads nowhere known")


def _with_unix_lines(file: File) -> File:
    content = file.load()
    if content.text is None:
        return file
    text = content.text.replace(b"\r\n", b"\n")
    changed = content._replace(head=text[: len(content.head)], text=text)
    return file._replace(size=file.size - len(content.text) + len(text), load=lambda: changed)


def _ancestors(path: str) -> list[str]:
    """The directories above a path, "/" included."""
    found = []
    while path not in ("", "/"):
        path = path.rpartition("/")[0] or "/"
        found.append(path)
    return found


def _below(directory: str, path: str) -> str | None:
    """The part of the path below that directory, "" for itself; None where it is not below."""
    if path == directory:
        return ""
    start = directory if directory.endswith("/") else f"{directory}/"
    return path[len(start) :] if path.startswith(start) else None


def _join(directory: str, below: str) -> str:
    return f"{directory}/{below}" if directory and below else directory or below
