"""A program that starts, where it does, and what can be asked of the two."""

from __future__ import annotations

from collections.abc import Iterable

from libccheck.model import Check, Directory, File, Finding, Step
from libccheck.tree import Tree, may

_MOST_BYTES = 1 << 26
_MOST_NAMES = 1 << 25
_MOST_TABLES = 64
_PT_LOAD, _EXECUTABLE = 1, 1
_QUANTUM = {3: 1, 62: 1, 22: 2}  # by machine, the smallest instruction; 4 on all others


class Situation:
    """`check` has its launch; `tree` is the image with the program in it."""

    def __init__(self, check: Check, tree: Tree) -> None:
        self.check = check
        self.tree = tree
        self.name = check.place
        self._imports: frozenset[str] | None = None
        self._functions: bytes | None = None

    @property
    def is_dynamic(self) -> bool:
        """Whether it asks for a loader, so that its calls of the C library can be seen."""
        elf = self.check.program.content.elf
        return elf is not None and elf.interpreter is not None

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
            self._imports = elf.tables.imports if elf and elf.interpreter is not None else frozenset()
        return self._imports

    def imported(self, names: Iterable[str]) -> str | None:
        """The first of these symbols that the program imports."""
        return next((each for each in names if each in self.imports), None)

    def contains(self, part: bytes) -> bool:
        """Whether these bytes are in the program's data: what is not code, of the first 64 MiB."""
        return any(self._find(part, start, end) >= 0 for start, end in self._data())

    @property
    def functions(self) -> bytes:
        """The names of the functions that Go's linker has kept, with NUL between them; empty where it is not Go."""
        if self._functions is None:
            found = (self._names(start, end) for start, end in self._data())
            self._functions = next((each for each in found if each), b"")
        return self._functions

    @property
    def is_go(self) -> bool:
        return bool(self.functions)

    def function(self, names: Iterable[str]) -> str | None:
        """The first of these functions that Go's linker has kept, because something calls it."""
        return next((each for each in names if f"\0{each}\0".encode() in self.functions), None)

    def uses(self, imports: Iterable[str], functions: Iterable[str]) -> str | None:
        """What shows that the program uses something: an imported symbol, or a function of Go's library."""
        return self.imported(imports) or self.function(functions)

    def _data(self) -> list[tuple[int, int]]:
        """Where in the file the segments lie that are not code; all of it where there is but one kind."""
        elf = self.check.program.content.elf
        loads = [each for each in elf.segments if each.type == _PT_LOAD and each.filesz] if elf else []
        plain = [each for each in loads if not each.flags & _EXECUTABLE] or loads
        return [(each.offset, min(each.offset + each.filesz, _MOST_BYTES)) for each in plain]

    def _find(self, part: bytes, start: int, end: int) -> int:
        data = self.check.program.data
        find = getattr(getattr(data, "obj", None), "find", None)
        return bytes(data[:end]).find(part, start) if find is None else int(find(part, start, end))

    def _names(self, start: int, end: int) -> bytes:
        """The first part of Go's function table, of Go 1.18 and later (src/debug/gosym/pclntab.go)."""
        elf, data = self.check.program.content.elf, self.check.program.data
        if elf is None or not elf.little_endian:
            return b""
        word = elf.bits // 8
        sign = b"\xff\xff\xff\0\0" + bytes((_QUANTUM.get(elf.machine, 4), word))
        for _ in range(_MOST_TABLES):
            at = self._find(sign, start, end) - 1
            if at < 0:
                break
            start = at + 2
            if data[at] in (0xF0, 0xF1):
                first, last = (
                    int.from_bytes(data[at + 8 + n * word : at + 8 + n * word + word], "little") for n in (3, 4)
                )
                if 0 < first < last <= first + _MOST_NAMES:
                    return b"\0" + bytes(data[at + first : at + last])
        return b""


def missing(code: str, subject: str, message: str, *evidence: tuple[str, str]) -> Finding:
    """A finding whose evidence is what the program shows, and what the image lacks: pairs of path and reason."""
    steps = tuple(Step("look up", path, "missing", why) for path, why in evidence)
    return Finding(code, subject, message, steps)
