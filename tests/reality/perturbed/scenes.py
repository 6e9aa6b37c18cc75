"""A program of the corpus in a root, with every file that its start touches: what there is to spoil."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from libccheck.model import File, Launch
from libccheck.tree import Tree
from tests.reality.compare import Comparison
from tests.reality.corpus import Entry, Folder, Ground, Placed, Program
from tests.reality.perturbed.binary import Binary
from tests.reality.workshop import Workshop

PROGRAM, LOADER, LIBRARY, SCRIPT = "program", "loader", "library", "script"
_MOST_SCRIPTS = 8


class Touched(NamedTuple):
    """One file: how it is asked for (a path, whose last part may be a link), where it really is, mode and content."""

    role: str
    asked: str
    path: str
    mode: int
    data: bytes

    @property
    def is_elf(self) -> bool:
        """Whether `Binary` can be made of it."""
        return self.data[:6] == b"\x7fELF\x02\x01"

    @property
    def name(self) -> str:
        return self.asked.rpartition("/")[2]

    def binary(self) -> Binary:
        return Binary(self.data)


class Scene(NamedTuple):
    """`real`: the real path of where a name stands, the name itself not followed."""

    program: Program
    root: str
    files: tuple[Touched, ...]
    tree: Tree
    ground: Ground

    def of(self, *roles: str) -> list[Touched]:
        return [each for each in self.files if each.role in roles]

    @property
    def elves(self) -> list[Touched]:
        return [each for each in self.files if each.is_elf]

    def link(self, path: str) -> str:
        """Where the last part of a path stands, whether it is a link or not."""
        found = self.tree.resolve(path, self.program.cwd, follow=False)
        return found.path

    def spoiled(self, files: Mapping[str, Placed]) -> Program:
        """The program with these files in place of what is at their real paths, and below those that are removed."""
        gone = tuple(f"{path}/" for path, each in files.items() if not isinstance(each, Folder))
        kept = {
            path: each
            for path, each in self.program.files.items()
            if (place := self._place(path)) not in files and not place.startswith(gone)
        }
        return self.program._replace(files={**kept, **files}, code=None)

    def silent(self, program: Program) -> Program:
        """Started when the entry point is reached; where env has a part, that of what it runs."""
        scripts = [each for each in program.files.values() if isinstance(each, Entry)]
        contents = [each.content for each in scripts if isinstance(each.content, bytes)]
        with_env = any(each[:2] == b"#!" and b"env" in each.partition(b"\n")[0] for each in contents)
        return program._replace(word=None, images=2 if with_env else 1)

    def _place(self, path: str) -> str:
        parent, _, name = path.rpartition("/")
        return f"{self.ground.real(parent or '/').rstrip('/')}/{name}"


def scene(comparison: Comparison, workshop: Workshop, program: Program, root: str) -> Scene:
    """MissingError where the program cannot be built or the root not be had."""
    tree, launch = comparison.predict(program.name, root)
    ground = comparison.ground(root)
    at = {ground.real(path.rpartition("/")[0] or "/") + "/" + path.rpartition("/")[2]: each
          for path, each in program.files.items() if isinstance(each, Entry)}  # fmt: skip
    found: dict[str, Touched] = {}
    for role, asked in _asked(tree, program, launch):
        real = tree.resolve(asked, program.cwd)
        if not isinstance(real.node, File) or real.path in found:
            continue
        entry = at.get(real.path)
        data = workshop.read(entry.content) if entry else comparison.read(root, real.path)
        found[real.path] = Touched(role, asked, real.path, real.node.mode, data)
    return Scene(program, root, tuple(found.values()), tree, ground)


def _asked(tree: Tree, program: Program, launch: Launch) -> list[tuple[str, str]]:
    """Roles and the paths that are asked for, in the order of the start."""
    asked: list[tuple[str, str]] = []
    path = program.path
    for _ in range(_MOST_SCRIPTS):
        node = tree.resolve(path, program.cwd).node
        content = node.load() if isinstance(node, File) else None
        if content is None:
            break
        if content.elf:
            asked.append((PROGRAM, path))
            if content.elf.interpreter:
                asked.append((LOADER, content.elf.interpreter.rstrip(b"\0").decode(errors="surrogateescape")))
            break
        asked.append((SCRIPT, path))
        words = content.head[2:].partition(b"\n")[0].split()
        if content.head[:2] != b"#!" or not words:
            break
        path = words[0].decode(errors="surrogateescape")
    return asked + [(LIBRARY, each.path) for each in launch.objects]
