"""A way out by packages whose names nobody here knows: the manager is asked for what is missing itself."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from libccheck.imagined import library, program, static
from libccheck.libc import image_libc, program_libc
from libccheck.machines import machine_name, machine_number, platform_machine
from libccheck.model import File, Finding, Launch, Node
from libccheck.record import NamedTuple
from libccheck.remedy import plausible
from libccheck.remedy.case import Case
from libccheck.remedy.commands import Command, command
from libccheck.remedy.dialects import DIALECTS, Dialect
from libccheck.remedy.library import directories_of_libraries, process_of
from libccheck.remedy.manager import manager
from libccheck.remedy.multilib import Second, second
from libccheck.remedy.offer import CONTENTS, UNKNOWN, Offer, offered
from libccheck.remedy.release import numbered
from libccheck.remedy.taken import Part, parts

_NOT_FATAL = ("LC204", "LC3")
_MOST_WORDS, _MOST_ROUNDS = 8, 12


class Asked(NamedTuple):
    """The line of the Dockerfile, and what was taken to be there then, by real paths."""

    title: str
    command: Command
    basis: str
    nodes: dict[str, Node]
    launch: Launch


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    """Predicted as if a package had what is missing, which the basis says."""
    if finding.code == "LC101":
        asked = _with_second(case)
    else:
        asking = _asking(case) if finding.code in ("LC105", "LC201", "LC203") else None
        asked = asking.asked(case.check.launch) if asking is not None else None
    if asked is None:
        return ()
    return offered(CONTENTS, asked.title, (asked.command,), asked.launch, asked.basis, growth=UNKNOWN)


def asked_for(case: Case, library: str) -> Asked | None:
    """The same for a library that the program starts without."""
    asking = _asking(case)
    if asking is None or not asking.add_library(library):
        return None
    return asking.asked(case.check.launch)


def _with_second(case: Case) -> Asked | None:
    """A program of 32 bits, with the C library for it, and what it lacks then."""
    found = second(case)
    if found is None:
        return None
    there = case._replace(tree=case.tree.overlay(found.nodes))
    asking = _asking(there, found)
    return asking.asked(there.in_tree(there.tree)) if asking is not None else None


def _asking(case: Case, beside: Second | None = None) -> _Asking | None:
    template = manager(case)
    dialect = DIALECTS.get(template or "")
    known = machine_number(platform_machine(case.check.image.platform)) is not None
    if template is None or dialect is None or not known:
        return None
    if (beside is not None and not dialect.versions) or not any(map(dialect.repositories.match, case.tree)):
        return None
    return _Asking(case, template, dialect, beside)


class _Library(NamedTuple):
    """path: where it comes to lie, through links of directories; newer: it is there already."""

    path: str
    newer: bool
    part: Part = Part((), ())


class _Asking:
    """What is asked for, one round after the other, until the program starts or lacks what cannot be had so."""

    def __init__(self, case: Case, template: str, dialect: Dialect, beside: Second | None) -> None:
        self._case = case
        self._template = template
        self._dialect = dialect
        self._beside = beside or Second({}, "", {})
        self._elf = case.check.program.content.elf
        self._process = process_of(case)
        self._own = platform_machine(case.check.image.platform)
        self._libraries: dict[str, _Library] = {}
        self._programs: dict[str, str] = {}

    def add_library(self, name: str) -> bool:
        """Whether a package may bring it; then it is among what is asked for."""
        directories = directories_of_libraries(self._case)
        if not directories or not self._is_native() or len(self._libraries) >= _MOST_WORDS:
            return False
        directory = self._real(directories[-1]).rstrip("/")  # packages leave /lib to what a system boots with
        if not plausible.has_library(self._case.tree, name, directory, self._dialect.kept):
            return False
        self._libraries[name] = _Library(f"{directory}/{name}", newer=False)
        return True

    def asked(self, result: Launch) -> Asked | None:
        """All that is missing in that launch; None where something cannot be asked for."""
        before = None
        for _ in range(_MOST_ROUNDS):
            if not all(map(self._add, result.findings)) or not self._take(result):
                return None
            nodes, now = dict(self._nodes()), (dict(self._libraries), dict(self._programs))
            if before == now:
                return self._asked(result, nodes)
            before = now
            result = self._case.in_tree(self._case.tree.overlay(nodes))
        return None

    def _asked(self, result: Launch, nodes: dict[str, Node]) -> Asked | None:
        words = sorted(set(self._words()))
        if not 0 < len(words) <= _MOST_WORDS:
            return None
        line = command(self._template, packages=" ".join(map(shlex.quote, words)))
        return Asked(self._title, line, self._basis, nodes, result)

    def _words(self) -> Iterator[str]:
        bits = self._elf.bits if self._elf is not None else 0
        taken = {name: each.part.versions for name, each in self._libraries.items()}
        if self._beside.loader:
            taken.update({self._beside.loader.rpartition("/")[2]: (), **self._beside.versions})
        for name, versions in taken.items():
            yield from self._dialect.library(name, versions, bits)
        if self._dialect.program is not None:
            yield from map(self._dialect.program, self._programs.values())

    @property
    def _title(self) -> str:
        libraries = [f"a newer {name}" if found.newer else name for name, found in self._libraries.items()]
        loader = [self._beside.loader.rpartition("/")[2]] if self._beside.loader else []
        return f"install what provides {' and '.join((*loader, *libraries, *self._programs.values()))}"

    @property
    def _basis(self) -> str:
        whose = " ".join(numbered(self._case.check.image)).strip() or "the distribution"
        paths = " and ".join(
            (*self._beside.nodes, *(each.path for each in self._libraries.values()), *self._programs.values())
        )
        taken = ", with all that is taken of it" if self._libraries or self._beside.nodes else ""
        return (
            f"predicted for this image as if a package of {whose} put {paths} there{taken}; "
            f"where none does, {self._template} refuses"
        )

    def _add(self, finding: Finding) -> bool:
        """Whether what is missing may be asked for, or is nothing that ends the launch by itself."""
        if finding.code == "LC105":
            return self._add_program(finding.subject.split(" ")[0])
        if finding.code == "LC201":
            return finding.subject in self._libraries or self.add_library(finding.subject)
        if finding.code == "LC203":
            return self._add_newer(finding)
        return finding.code.startswith(_NOT_FATAL)

    def _add_program(self, name: str) -> bool:
        path = plausible.place_of_program(self._case.tree, self._template, name) if self._dialect.program else None
        if path is not None:
            self._programs[name] = path
        return path is not None

    def _add_newer(self, finding: Finding) -> bool:
        """Nobody gives a release another C library."""
        path, node, _ = self._case.tree.resolve(finding.evidence[0].path)
        elf = node.load().elf if isinstance(node, File) else None
        name = (elf.soname if elf else None) or path.rpartition("/")[2]
        if not self._dialect.versions or not self._is_native() or not plausible.may_grow(name):
            return False
        if len(self._libraries) >= _MOST_WORDS:
            return False
        self._libraries.setdefault(name, _Library(path, newer=True))
        return True

    def _is_native(self) -> bool:
        """Whether the program is of the C library and of a machine that the distribution has packages for."""
        libc = image_libc(self._case.check.image)
        if self._elf is None or self._process is None or libc is None:
            return False
        if {program_libc(self._elf) or libc.family, program_libc(self._process)} != {libc.family}:
            return False
        return plausible.is_own_machine(machine_name(self._elf), self._own, self._template)

    def _take(self, launch: Launch) -> bool:
        """Note what of each library is taken by now; whether the release may have all of it."""
        if self._elf is not None and self._process is not None and self._libraries:
            opened = self._elf if self._case.check.loaded_by is not None else None
            places = {name: each.path for name, each in self._libraries.items()}
            found = parts(self._case.tree, self._process, launch, places, opened)
            self._libraries = {name: each._replace(part=found[name]) for name, each in self._libraries.items()}
        image = self._case.check.image
        return all(plausible.has_versions(image, each.part.versions) for each in self._libraries.values())

    def _nodes(self) -> Iterator[tuple[str, Node]]:
        yield from self._beside.nodes.items()
        for name, each in self._libraries.items():
            machine = machine_name(self._elf) if self._elf is not None else self._own
            yield each.path, library(machine, name, each.part.versions, exports=each.part.symbols)
        for path in self._programs.values():
            yield path, program(static(self._own))

    def _real(self, path: str) -> str:
        return self._case.tree.resolve(path).path
