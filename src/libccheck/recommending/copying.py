"""The closure of what programs load, copied out of one base image into another, and proven there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from libccheck.errors import LibccheckError
from libccheck.facts.hints import imports_dlopen
from libccheck.launch.lookup import look_path
from libccheck.model import Check, File, Finding, Image, Program, Report, Started
from libccheck.placement import Copy, place_copy
from libccheck.recommending.values import Choice, first_of_each_code
from libccheck.record import NamedTuple
from libccheck.remedy.commands import command, paths
from libccheck.verdict import findings_of

_MOST_FILES = 48


class Merged(NamedTuple):
    """The COPY lines, the names of what they copy, its size in bytes; loads_later: whether a program calls dlopen."""

    commands: tuple[str, ...]
    names: tuple[str, ...]
    size: int
    loads_later: bool
    lacks: tuple[Finding, ...]


def copied(target: Image, donor: Choice, trial: Callable[..., Report]) -> Merged | None:
    """What has to be copied for all programs to start on the target; None where that is nothing or does not do.

    Each file goes to the path that it has in the donor, the loader to the one that the programs name.
    """
    nodes: dict[str, File] = {}
    while True:
        try:
            report = trial([_with(target, nodes)])
        except LibccheckError:
            return None
        wanted = [path for check in report.checks for path in _missing(check, donor)]
        fresh = {path: node for path in wanted if path not in nodes and (node := _file(donor, path))}
        if report.errors or not fresh or len(nodes) + len(fresh) > _MOST_FILES:
            break
        nodes.update(fresh)
    if report.errors or not nodes or not all(isinstance(each.launch.outcome, Started) for each in report.checks):
        return None
    lines = [command("copy-from", reference=donor.tag, paths=paths(each, each)).text for each in nodes]
    names = tuple(each.rpartition("/")[2] for each in nodes)
    lacks = first_of_each_code(finding for each in report.checks for finding in findings_of(each))
    later = any(_loads_later(each.program) for each in report.checks)
    return Merged(tuple(lines), names, sum(node.size for node in nodes.values()), later, lacks)


def _missing(check: Check, donor: Choice) -> list[str]:
    """Where the donor has what a launch lacks; without a loader, all that the program loads there."""
    objects = next(each.launch.objects for each in donor.checks if each.program == check.program)
    given = {each.name: each.path for each in objects}
    found = []
    for each in check.launch.findings:
        if each.code == "LC101":
            found += [each.subject, *given.values()]
        elif each.code == "LC201":
            found.append(given.get(each.subject) or _beside(each.subject, given.values(), donor))
        elif each.code == "LC105":
            found.append(look_path(donor.image.tree, each.subject, check.process)[0] or each.subject)
    return [path for path in found if path.startswith("/")]


def _beside(name: str, others: Iterable[str], donor: Choice) -> str:
    """A library of what a script hands over to lies where those of its interpreter do."""
    places = [f"{each.rpartition('/')[0]}/{name}" for each in others]
    return next((each for each in places if donor.image.tree.resolve(each).node is not None), name)


def _file(donor: Choice, path: str) -> File | None:
    """A file of the donor itself, not one that was placed into it."""
    node = donor.image.tree.resolve(path).node
    return node if isinstance(node, File) else None


def _with(target: Image, nodes: Mapping[str, File]) -> Image:
    tree = target.tree
    for path, node in nodes.items():
        tree = place_copy(tree, Copy(path, path, {"": node}), "/")
    return target._replace(tree=tree)


def _loads_later(program: Program) -> bool:
    elf = program.content.elf
    return elf is not None and imports_dlopen(elf)
