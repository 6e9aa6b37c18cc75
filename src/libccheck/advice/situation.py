"""A program that starts, where it does, and what can be asked of the two."""

from __future__ import annotations

from collections.abc import Iterable

from libccheck.model import Check, Directory, File, Finding, Step
from libccheck.tree import Tree, may

_MOST_BYTES = 1 << 26
_GO = b"\xff Go buildinf:"


class Situation:
    """`check` has its launch; `tree` is the image with the program in it."""

    def __init__(self, check: Check, tree: Tree) -> None:
        self.check = check
        self.tree = tree
        self.name = check.place
        self._imports: frozenset[str] | None = None
        self._is_go: bool | None = None

    def variable(self, name: str) -> str:
        """An environment variable; empty where it is not set."""
        return next((value for key, value in self.check.process.env if key == name), "")

    def has(self, path: str) -> bool:
        return self.tree.resolve(path, self.check.process.cwd).node is not None

    def has_any(self, paths: Iterable[str], variables: Iterable[str]) -> bool:
        """Whether one of the paths is there, or one that a variable names."""
        named = [path for name in variables for path in self.variable(name).split(":") if path]
        return any(self.has(path) for path in (*named, *paths))

    def is_writable(self, directory: str) -> bool:
        node = self.tree.resolve(directory, self.check.process.cwd).node
        return isinstance(node, Directory) and may(node, self.check.process.user, 2)

    def knows_user(self) -> bool:
        """Whether /etc/passwd has an entry for who runs it; a snapshot that left the text out counts for one."""
        node = self.tree.resolve("/etc/passwd").node
        if not isinstance(node, File):
            return False
        text = node.load().text
        uid = str(self.check.process.user.uid).encode()
        return text is None or any(line.split(b":")[2:3] == [uid] for line in text.splitlines())

    @property
    def imports(self) -> frozenset[str]:
        """The symbols that the program itself wants of its libraries."""
        if self._imports is None:
            elf = self.check.program.content.elf
            symbols = elf.tables.symbols if elf and elf.interpreter is not None else None
            names = symbols.names if symbols else ()
            sections = symbols.sections if symbols else b""
            self._imports = frozenset(name for name, section in zip(names, sections, strict=True) if not section)
        return self._imports

    def imported(self, names: Iterable[str]) -> str | None:
        """The first of these symbols that the program imports."""
        return next((each for each in names if each in self.imports), None)

    def contains(self, part: bytes) -> bool:
        """Whether these bytes are in the first 64 MiB of the program."""
        data = self.check.program.data
        find = getattr(getattr(data, "obj", None), "find", None)
        return part in bytes(data[:_MOST_BYTES]) if find is None else bool(find(part, 0, _MOST_BYTES) >= 0)

    @property
    def is_go(self) -> bool:
        if self._is_go is None:
            self._is_go = self.contains(_GO)
        return self._is_go

    def function(self, names: Iterable[str]) -> str | None:
        """The first of these functions that Go's linker has kept, because something calls it."""
        if not self.is_go:
            return None
        return next((each for each in names if self.contains(f"\0{each}\0".encode())), None)

    def uses(self, imports: Iterable[str], functions: Iterable[str]) -> str | None:
        """What shows that the program uses something: an imported symbol, or a function of Go's library."""
        return self.imported(imports) or self.function(functions)


def missing(code: str, subject: str, message: str, *evidence: tuple[str, str]) -> Finding:
    """A finding whose evidence is what the program shows, and what the image lacks: pairs of path and reason."""
    steps = tuple(Step("look up", path, "missing", why) for path, why in evidence)
    return Finding(code, subject, message, steps)
