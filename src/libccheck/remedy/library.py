"""A way out for what is missing: copy exactly those files, the loader too, out of a base that has them."""

from __future__ import annotations

from libccheck.libc import image_libc, interpreter_text
from libccheck.model import Base, Elf, File, Finding, Image, Launch, Loaded, Node, Started
from libccheck.remedy.base import family_of
from libccheck.remedy.case import Case
from libccheck.remedy.commands import Command, command, paths
from libccheck.remedy.offer import CONTENTS, Offer, offered

_MOST_FILES = 8
_MOST_DONORS = 10


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    """The first donor whose files, put into this image's tree, make the program start."""
    if not _is_about_files(case, finding):
        return ()
    wanted = family_of(case)
    donors = [each for each in case.to_build_on() if each.current and each.libc == wanted]
    for base in donors[:_MOST_DONORS]:
        donor = base.open()
        given = case.on_base(case.check.program, donor)
        if isinstance(given.outcome, Started):
            found = _Copying(case, base, donor, given).offer()
            if found:
                return found
    return ()


def _is_about_files(case: Case, finding: Finding) -> bool:
    """A second C library beside the image's own is no way out."""
    if finding.code == "LC201":
        return True
    libc = image_libc(case.check.image)
    return finding.code in ("LC101", "LC103") and (libc is None or libc.family == family_of(case))


class _Copying:
    """One file after the other, until the program starts or wants what the donor does not have."""

    def __init__(self, case: Case, base: Base, donor: Image, given: Launch) -> None:
        self.case = case
        self.base = base
        self.donor = donor
        self.objects: dict[str, Loaded] = {each.name: each for each in given.objects}
        self.directory = next(iter(directories_of_libraries(case)), None)
        self.sources: dict[str, str] = {}
        self.nodes: dict[str, Node] = {}
        self.size = 0

    def offer(self) -> tuple[Offer, ...]:
        result = self.case.check.launch
        while True:
            wanted = [each for each in self._missing(result) if each[1] not in self.sources]
            if not wanted or len(self.sources) + len(wanted) > _MOST_FILES:
                break
            if not all(self._take(source, destination) for source, destination in wanted):
                return ()
            result = self.case.in_tree(self.case.tree.overlay(self.nodes))
        basis = f"predicted for this image with these files of {self.base.tag} in it"
        return offered(CONTENTS, self._title(), self._commands(), result, basis, growth=self.size)

    def _missing(self, launch: Launch) -> list[tuple[str, str]]:
        """Each file that the launch lacks: where the donor has it, where it is to be."""
        found = []
        for each in launch.findings:
            if each.code in ("LC101", "LC103"):
                found.append((each.subject, each.subject))
            elif each.code == "LC201" and "/" not in each.subject and each.subject in self.objects:
                path = self.objects[each.subject].path
                found.append((path, path if self.directory is None else f"{self.directory}/{each.subject}"))
        return list(dict.fromkeys(found))

    def _take(self, source: str, destination: str) -> bool:
        node = self.donor.tree.resolve(source).node
        if not isinstance(node, File) or not destination.startswith("/"):
            return False
        directory, _, name = destination.rpartition("/")
        folder = self.case.tree.resolve(directory or "/")
        path = destination if folder.errno == "ENOENT" else f"{folder.path.rstrip('/')}/{name}"
        self.nodes[path] = node
        self.sources[destination] = source
        self.size += node.size
        return folder.errno in (None, "ENOENT")

    def _commands(self) -> list[Command]:
        return [
            command("copy-from", reference=self.base.tag, paths=paths(source, destination))
            for destination, source in self.sources.items()
        ]

    def _title(self) -> str:
        name = next(iter(self.sources), "").rpartition("/")[2]
        what = name if len(self.sources) == 1 else f"the {len(self.sources)} missing files"
        return f"copy {what} from {self.base.tag} ({self.size / 1e6:.1f} MB)"


def directories_of_libraries(case: Case) -> list[str]:
    """The default directories of the loader that the program gets, in its order, as far as the image has them."""
    elf = process_of(case)
    path = interpreter_text(elf) if elf is not None else None
    node = case.tree.resolve(path).node if path else None
    loader = node.load().loader if isinstance(node, File) else None
    return [each for each in (loader.directories if loader else ()) if case.tree.resolve(each).errno is None]


def process_of(case: Case) -> Elf | None:
    """The program itself, or that which loads it where it is a library."""
    if case.check.loaded_by is None:
        return case.check.program.content.elf
    node = case.tree.resolve(case.check.launch.main).node
    return node.load().elf if isinstance(node, File) else None
