"""A way out for missing libraries: copy exactly those that are missing, out of a base that has them."""

from __future__ import annotations

from libccheck.model import File, Finding, Image, Launch, Loaded, Node, Remedy, Started
from libccheck.remedy.case import Case, proven

_MOST_LIBRARIES = 64


def remedies(case: Case, finding: Finding) -> tuple[Remedy, ...]:
    """The first donor whose libraries, put into this image's tree, make the program start."""
    directory = _directory(case) if finding.code == "LC201" else None
    if directory is None:
        return ()
    for donor in case.bases():
        given = case.on_base(case.check.program, donor)
        if isinstance(given.outcome, Started):
            found = _from(case, donor, {each.name: each for each in given.objects}, directory)
            if found:
                return found
    return ()


def _from(case: Case, donor: Image, objects: dict[str, Loaded], directory: str) -> tuple[Remedy, ...]:
    """One library after the other, until the program starts or wants something that the donor does not have."""
    lines: dict[str, str] = {}
    nodes: dict[str, Node] = {}
    result = case.check.launch
    while len(lines) < _MOST_LIBRARIES:
        missing = [each for each in _missing(result) if each not in lines]
        if not missing:
            break
        for name in missing:
            node = donor.tree.resolve(objects[name].path).node if name in objects and "/" not in name else None
            if not isinstance(node, File):
                return ()
            nodes[f"{case.tree.resolve(directory).path}/{name}"] = node
            lines[name] = f"COPY --from={donor.reference} {objects[name].path} {directory}/{name}"
        result = case.in_tree(case.tree.overlay(nodes))
    count = "the missing library" if len(lines) == 1 else f"the {len(lines)} missing libraries"
    basis = f"predicted for this image with the files of {donor.reference} in it"
    return proven(f"copy {count} from {donor.reference}", tuple(lines.values()), result, basis)


def _missing(launch: Launch) -> list[str]:
    return [each.subject for each in launch.findings if each.code == "LC201"]


def _directory(case: Case) -> str | None:
    """The first default directory of the loader that the program gets, as far as the image has it."""
    elf = case.check.program.content.elf
    if elf is None or elf.interpreter is None:
        return None
    path = elf.interpreter.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")
    node = case.tree.resolve(path).node
    loader = node.load().loader if isinstance(node, File) else None
    there = [each for each in (loader.directories if loader else ()) if case.tree.resolve(each).errno is None]
    return there[0] if there else None
