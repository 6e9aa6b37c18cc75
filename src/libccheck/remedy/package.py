"""A way out by the image's own package manager: install the package that holds what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from libccheck.model import Elf, File, Finding, Image, Launch, Node
from libccheck.record import NamedTuple
from libccheck.remedy.case import Case
from libccheck.remedy.commands import Command, command
from libccheck.remedy.manager import manager
from libccheck.remedy.offer import CONTENTS, STOPGAP, Offer, offered
from libccheck.remedy.release import release
from libccheck.remedy.stopgap import STOPGAPS, is_for, lost

_MOST_PACKAGES = 30


class Installed(NamedTuple):
    """The line of the Dockerfile, and what it puts into the image: files by their real paths, bytes in all."""

    title: str
    commands: tuple[Command, ...]
    basis: str
    nodes: dict[str, Node]
    size: int


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    """By the name of the package, its files read from the distribution's own; where they are not known, by what it
    provides."""
    found = _by_name(case, finding)
    if found or manager(case) is None:
        return found
    from libccheck.remedy import capability  # not for every check that fails

    return capability.remedies(case, finding)


def _by_name(case: Case, finding: Finding) -> tuple[Offer, ...]:
    """With all that comes with the package."""
    installing = installer(case) if finding.code in ("LC101", "LC105", "LC201") else None
    if installing is None:
        return ()
    result = case.check.launch
    while True:
        names = [each for each in installing.holding(result) if each not in installing.chosen]
        if not names or len(installing.chosen) + len(names) > _MOST_PACKAGES:
            break
        for name in names:
            installing.install(name)
        result = case.in_tree(case.tree.overlay(installing.nodes))
    made = installing.installed()
    stopgaps = STOPGAPS & installing.chosen.keys()
    if not stopgaps:
        return offered(CONTENTS, made.title, made.commands, result, made.basis, growth=made.size)
    elf = case.check.program.content.elf
    if elf is None or not is_for(elf) or any(map(installing.replaces, stopgaps)):
        return ()
    return offered(STOPGAP, made.title, made.commands, result, made.basis, growth=made.size, lost=lost(elf))


def installer(case: Case) -> Installing | None:
    """None where the image has no package manager, or where the packages of its release are not known."""
    template, name = manager(case), release(case.check.image)
    if template is None or name is None:
        return None
    packages = case.packages(name, case.check.image.platform)
    return None if packages is None else Installing(case, packages, template)


class Installing:
    """The packages of a release, and those of them that are to be installed."""

    def __init__(self, case: Case, packages: Image, template: str) -> None:
        self.chosen: dict[str, None] = {}
        self.nodes: dict[str, Node] = {}
        self._case = case
        self._packages = packages
        self._template = template
        rows = [layer.created_by.split(" ") for layer in packages.layers]
        self._names = [row[0] for row in rows]
        self._versions = {row[0]: row[1] for row in rows}
        self._requires = {row[0]: row[2:] for row in rows}
        self._sizes = {row[0]: layer.size for row, layer in zip(rows, packages.layers, strict=True)}
        self._paths: dict[str, list[str]] = {}
        for path in packages.tree:
            owner = self._owner(path)
            if owner is not None:
                self._paths.setdefault(owner, []).append(path)
        self._installed: dict[str, int] = {}

    def holding(self, launch: Launch) -> Iterator[str]:
        """For each thing that the launch lacks, the package to install."""
        for each in launch.findings:
            subject = each.subject.split(" ")[0]
            if each.code == "LC201" and "/" not in subject:
                yield from self.with_library(subject)
            elif each.code == "LC101":
                yield from self._with_path(subject)
            elif each.code == "LC105":
                yield from self._with_program(subject)

    def install(self, name: str) -> None:
        """A package, and what comes with it; what the image has already stays as it is."""
        self.chosen[name] = None
        for each in self._with(name):
            paths = self._paths.get(each, ())
            fresh = {at: self._packages.tree.nodes[path] for path in paths if (at := self._free(path))}
            self.nodes.update(fresh)
            if fresh or not paths:  # what is not a program's business takes its room all the same
                self._installed[each] = self._sizes[each]

    def has(self, name: str) -> bool:
        """Whether there is a package of that name."""
        return name in self._requires

    def replaces(self, name: str) -> bool:
        """Whether something is already where a file of that package comes to lie."""
        return any(self._free(path) is None for path in self._paths.get(name, ()))

    def with_library(self, name: str) -> Iterator[str]:
        """Of several packages that have a library of that name, the one that has it for the program's machine; for the
        sake of a library alone nobody takes a stopgap."""
        elf = self._case.check.program.content.elf
        for path in self._packages.tree:
            if path.endswith(f"/{name}"):
                owner, node = self._owner(path), self._packages.tree.resolve(path).node
                given = node.load().elf if isinstance(node, File) and owner not in STOPGAPS else None
                if owner is not None and given is not None and (elf is None or _kind(given) == _kind(elf)):
                    yield owner
                    return

    def installed(self) -> Installed:
        implied = {other for each in self.chosen for other in self._with(each) if other != each}
        names = sorted(self.chosen.keys() - implied)
        line = command(self._template, packages=" ".join(names))
        told = " and ".join(f"{each} {self._versions[each]}" for each in names)
        others = len(self._installed.keys() - set(names))
        if others:
            told += f" and {others} that come{'s' if others == 1 else ''} with {'it' if len(names) == 1 else 'them'}"
        basis = f"predicted for this image with the files of {told} in it{self._whose()}"
        size = sum(self._installed.values())
        title = f"install {' and '.join(names)}{_megabytes(size)}"
        return Installed(title, (line,), basis, self.nodes, size)

    def _whose(self) -> str:
        """Where the files of the packages are known from: the note is of those that are a stopgap."""
        source = self._packages.provenance
        if source is None:
            return ""
        read = source.origin if self.chosen.keys() - STOPGAPS else ""
        stated = source.note if self.chosen.keys() & STOPGAPS else ""
        return ", ".join(("", *filter(None, (read, stated)), f"as of {source.date}"))

    def _with(self, name: str) -> list[str]:
        """A package, and all that comes with it."""
        todo, done = [name], dict.fromkeys([name])
        while todo:
            fresh = [each for each in self._requires[todo.pop()] if each not in done]
            done.update(dict.fromkeys(fresh))
            todo += fresh
        return list(done)

    def _with_path(self, path: str) -> Iterator[str]:
        owner = self._owner(path)
        if owner is not None:
            yield owner

    def _with_program(self, path: str) -> Iterator[str]:
        """A command's package is mostly called by its name, and the file itself in one that comes with it."""
        name = path.rpartition("/")[2]
        places = [path] if "/" in path else [f"{each}/{name}" for each in ("/usr/bin", "/bin")]
        owner = next((each for each in map(self._owner, places) if each), None)
        if owner is not None:
            yield name if name in self._requires else owner

    def _owner(self, path: str) -> str | None:
        """The package of the file that a path leads to."""
        node = self._packages.tree.resolve(path).node
        return self._names[node.layer] if isinstance(node, File) and node.layer is not None else None

    def _free(self, path: str) -> str | None:
        """Where a package's file comes to lie, through links of directories; None where one is already."""
        directory, _, name = path.rpartition("/")
        folder = self._case.tree.resolve(directory or "/")
        at = path if folder.errno else f"{folder.path.rstrip('/')}/{name}"
        return None if at in self._case.tree.nodes else at


def _kind(elf: Elf) -> tuple[int, int]:
    return elf.machine, elf.bits


def _megabytes(size: int) -> str:
    return f" ({size / 1e6:.1f} MB)"
