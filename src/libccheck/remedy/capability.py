"""A way out by packages whose names nobody here knows: dnf and apk are asked for what they are to provide.

RPM notes of each library its soname and versions, `libssl.so.3(OPENSSL_3.0.0)(64bit)` (`tools/elfdeps.c`), and the path
of each program; Alpine's and Wolfi's tools note `so:libssl.so.3` and `cmd:bash`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from libccheck.imagined import library, program, static
from libccheck.libc import image_libc
from libccheck.machines import machine_name, machine_number, platform_machine
from libccheck.model import File, Finding, Launch, Node
from libccheck.record import NamedTuple
from libccheck.remedy import plausible
from libccheck.remedy.base import family_of
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command
from libccheck.remedy.library import directory_of_libraries
from libccheck.remedy.manager import manager
from libccheck.remedy.offer import CONTENTS, UNKNOWN, Offer, offered
from libccheck.remedy.release import numbered
from libccheck.remedy.taken import Part, parts

_REPOSITORIES = {
    # manager: where the lists are of what it may install
    "apk": re.compile(r"/etc/apk/repositories\Z"),
    "dnf": re.compile(r"(/etc/(yum|distro)\.repos\.d|/usr/share/dnf5/repos\.d)/[^/]+\.repo\Z"),
}
_NOT_FATAL = ("LC204", "LC3")
_MOST_WORDS, _MOST_ROUNDS = 8, 12
_SERIES = re.compile(r"(.*?)([\d.]*)\Z")


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    """Predicted as if a package had what is missing, which the basis says."""
    template = manager(case)
    if finding.code not in ("LC105", "LC201", "LC203") or template not in _REPOSITORIES:
        return ()
    known = machine_number(platform_machine(case.check.image.platform)) is not None
    if not known or not any(map(_REPOSITORIES[template].match, case.tree)):
        return ()
    asking = _Asking(case, template)
    result = asking.launch()
    words = asking.words() if result is not None else []
    if result is None or not 0 < len(words) <= _MOST_WORDS:
        return ()
    line = command(template, packages=" ".join(map(shlex.quote, words)))
    return offered(CONTENTS, asking.title, (line,), result, asking.basis, growth=UNKNOWN)


class _Library(NamedTuple):
    """path: where it comes to lie, through links of directories; newer: it is there already."""

    path: str
    newer: bool
    part: Part = Part((), ())


class _Asking:
    """What is asked for, one round after the other, until the program starts or lacks what cannot be had so."""

    def __init__(self, case: Case, template: str) -> None:
        self._case = case
        self._template = template
        self._elf = case.check.program.content.elf
        self._own = platform_machine(case.check.image.platform)
        self._libraries: dict[str, _Library] = {}
        self._programs: dict[str, str] = {}

    def launch(self) -> Launch | None:
        """With all that is asked for; None where something cannot be."""
        result = self._case.check.launch
        for _ in range(_MOST_ROUNDS):
            before = dict(self._libraries), dict(self._programs)
            if not all(map(self._ask, result.findings)):
                return None
            self._take(result)
            if not all(
                plausible.has_versions(self._case.check.image, each.part.versions) for each in self._libraries.values()
            ):
                return None
            if before == (self._libraries, self._programs):
                return result
            result = self._case.in_tree(self._case.tree.overlay(dict(self._nodes())))
        return None

    def words(self) -> list[str]:
        """What the manager is asked for."""
        words = {each for name, found in self._libraries.items() for each in self._words_for(name, found.part.versions)}
        if self._template == "apk":
            return sorted(words | {f"cmd:{each.rpartition('/')[2]}" for each in self._programs.values()})
        return sorted(words | set(self._programs.values()))

    @property
    def title(self) -> str:
        libraries = [f"a newer {name}" if found.newer else name for name, found in self._libraries.items()]
        return f"install what has {' and '.join((*libraries, *self._programs.values()))}"

    @property
    def basis(self) -> str:
        whose = " ".join(numbered(self._case.check.image)).strip() or "the distribution"
        paths = " and ".join((*(each.path for each in self._libraries.values()), *self._programs.values()))
        taken = ", with all that is taken of it" if self._libraries else ""
        return (
            f"predicted for this image as if a package of {whose} put {paths} there{taken}; "
            f"where none does, {self._template} refuses"
        )

    def _ask(self, finding: Finding) -> bool:
        """Whether what is missing may be asked for, or is nothing that ends the launch by itself."""
        if finding.code == "LC105":
            return self._ask_program(finding.subject.split(" ")[0])
        if finding.code == "LC201":
            return finding.subject in self._libraries or self._ask_library(finding.subject)
        if finding.code == "LC203":
            return self._ask_newer(finding)
        return finding.code.startswith(_NOT_FATAL)

    def _ask_program(self, name: str) -> bool:
        path = plausible.place_of_program(self._case, self._template, name)
        if path is not None:
            self._programs[name] = path
        return path is not None

    def _ask_library(self, name: str) -> bool:
        directory = directory_of_libraries(self._case)
        if directory is None or not self._is_native():
            return False
        directory = self._real(directory).rstrip("/")
        if not plausible.has_library(self._case, self._template, name, directory):
            return False
        self._libraries[name] = _Library(f"{directory}/{name}", newer=False)
        return True

    def _ask_newer(self, finding: Finding) -> bool:
        """apk cannot be asked for a version; and nobody gives a release another C library."""
        path, node, _ = self._case.tree.resolve(finding.evidence[0].path)
        elf = node.load().elf if isinstance(node, File) else None
        name = (elf.soname if elf else None) or path.rpartition("/")[2]
        if self._template != "dnf" or not self._is_native() or not plausible.may_grow(name):
            return False
        self._libraries.setdefault(name, _Library(path, newer=True))
        return True

    def _is_native(self) -> bool:
        """Whether the program is of the C library and of a machine that the distribution has packages for."""
        libc = image_libc(self._case.check.image)
        if self._elf is None or libc is None or libc.family != family_of(self._case):
            return False
        return plausible.is_own_machine(machine_name(self._elf), self._own, self._template)

    def _take(self, launch: Launch) -> None:
        """Note what of each library is taken by now."""
        if self._elf is not None:
            places = {name: each.path for name, each in self._libraries.items()}
            found = parts(self._case.tree, self._elf, launch, places)
            self._libraries = {name: each._replace(part=found[name]) for name, each in self._libraries.items()}

    def _nodes(self) -> Iterator[tuple[str, Node]]:
        for name, each in self._libraries.items():
            machine = machine_name(self._elf) if self._elf is not None else self._own
            yield each.path, library(machine, name, each.part.versions, exports=each.part.symbols)
        for path in self._programs.values():
            yield path, program(static(self._own))

    def _words_for(self, name: str, versions: tuple[str, ...]) -> list[str]:
        """Of versions the newest of each series: the older ones come with it."""
        if self._template == "apk":
            return [f"so:{name}"]
        mark = "(64bit)" if self._elf is not None and self._elf.bits == 64 else ""
        return [f"{name}({each}){mark}" for each in _newest(versions)] or [f"{name}(){mark}" if mark else name]

    def _real(self, path: str) -> str:
        return self._case.tree.resolve(path).path


def _newest(versions: tuple[str, ...]) -> list[str]:
    """ "GLIBCXX_3.4.29" goes where "GLIBCXX_3.4.30" is."""
    found: dict[str, tuple[list[int], str]] = {}
    for each in versions:
        match = _SERIES.match(each)
        series, number = (match[1], match[2]) if match else (each, "")
        numbers = [int(part) for part in number.split(".") if part]
        found[series] = max(found.get(series, ([], "")), (numbers, each))
    return [each for _, each in found.values()]
