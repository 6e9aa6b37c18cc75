"""Ways out for a program that starts and then lacks something of the image: put in what the warning is about."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping

from libccheck.content import content
from libccheck.model import Directory, File, Finding, Node
from libccheck.record import NamedTuple
from libccheck.remedy.case import Case
from libccheck.remedy.commands import Command, command, paths
from libccheck.remedy.manager import manager
from libccheck.remedy.offer import CONTENTS, UNKNOWN, Offer, offered
from libccheck.remedy.package import installer
from libccheck.tree import Tree

_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_ZONES = "/usr/share/zoneinfo"
_SHELL = "/bin/sh"
_USERS = "/etc/passwd"
_TEMPORARY = "/tmp"  # noqa: S108 - a path in an image
_MOST_DONORS = 12
_EVERYBODY = 0o1777


class Change(NamedTuple):
    """What is put into the image by these lines. basis: what was put through the model; growth: in bytes."""

    title: str
    commands: tuple[Command, ...]
    nodes: Mapping[str, Node]
    basis: str
    growth: int = 0


def remedies(case: Case) -> Iterator[Offer]:
    """For each warning those changes after which it is gone, and the program still starts."""
    for finding in case.check.advice:
        changes = _CHANGES.get(finding.code)
        for change in changes(case, finding) if changes else ():
            tree = case.tree.overlay(change.nodes)
            result = case.in_tree(tree)
            if not any(each.code == finding.code for each in case.advise(result, tree)):
                basis = f"{change.basis}: no {finding.code} any more"
                yield from offered(CONTENTS, change.title, change.commands, result, basis, growth=change.growth)


def _certificates(case: Case, _: Finding) -> Iterator[Change]:
    yield from _installed(case, "ca-certificates")
    yield from _copied(case, "the certificates of authorities", _BUNDLE, _file)


def _zones(case: Case, _: Finding) -> Iterator[Change]:
    yield from _installed(case, "tzdata")
    yield from _copied(case, "the time zones", _ZONES, _below)


def _temporary(case: Case, finding: Finding) -> Iterator[Change]:
    if case.tree.resolve(finding.subject).errno == "ENOENT":
        yield from _copied(case, "a directory that everybody may write", _TEMPORARY, _for_everybody, finding.subject)


def _shell(case: Case, _: Finding) -> Iterator[Change]:
    yield from _copied(case, "a static shell", _SHELL, _static)


def _user(case: Case, _: Finding) -> Iterator[Change]:
    """An entry of /etc/passwd in a file of its own, where the image has none."""
    if case.tree.resolve(_USERS).errno != "ENOENT":
        return
    user = case.check.process.user
    line = f"{'app' if user.uid else 'root'}:x:{user.uid}:{user.gid}::/:/sbin/nologin"
    text = f"{line}\n".encode()
    found = content(text, _USERS)
    node = File(0o644, 0, 0, len(text), None, lambda: found)
    commands = (command("passwd", line=shlex.quote(line)), command("copy", paths=paths("passwd", _USERS)))
    yield Change("name the user", commands, {_USERS: node}, "predicted for this image with that file in it", len(text))


def _library(case: Case, finding: Finding) -> Iterator[Change]:
    installing = installer(case)
    names = list(installing.with_library(finding.subject)) if installing else []
    for name in names:
        yield from _installed(case, name)
    if names or manager(case) is None:
        return
    from libccheck.remedy.capability import asked_for  # not for every check with warnings

    asked = asked_for(case, finding.subject)
    if asked is not None:
        yield Change(asked.title, (asked.command,), asked.nodes, asked.basis, UNKNOWN)


def _installed(case: Case, name: str) -> Iterator[Change]:
    installing = installer(case)
    if installing is not None and installing.has(name):
        installing.install(name)
        made = installing.installed()
        yield Change(made.title, made.commands, made.nodes, made.basis, made.size)


def _copied(case: Case, what: str, source: str, given: _Given, destination: str | None = None) -> Iterator[Change]:
    """From the smallest base that has it."""
    target = destination or source
    for base in [each for each in case.to_build_on() if each.current][:_MOST_DONORS]:
        found = given(base.open().tree, source)
        if found:
            nodes = {_real(case.tree, target) + below: node for below, node in found.items()}
            size = sum(node.size for node in nodes.values() if isinstance(node, File))
            line = command("copy-from", reference=base.tag, paths=paths(source, target))
            basis = f"predicted for this image with {target} as in {base.tag}"
            yield Change(f"copy {what} from {base.tag}", (line,), nodes, basis, size)
            return


def _file(tree: Tree, path: str) -> Mapping[str, Node]:
    node = tree.resolve(path).node
    return {"": node} if isinstance(node, File) and node.size else {}


def _static(tree: Tree, path: str) -> Mapping[str, Node]:
    """A program that starts without anything else."""
    node = tree.resolve(path).node
    elf = node.load().elf if isinstance(node, File) else None
    return {"": node} if node is not None and elf is not None and elf.interpreter is None else {}


def _below(tree: Tree, path: str) -> Mapping[str, Node]:
    """A directory that has something in it."""
    start = f"{tree.resolve(path).path}/"
    return {each[len(start) - 1 :]: tree.nodes[each] for each in tree if each.startswith(start)}


def _for_everybody(tree: Tree, path: str) -> Mapping[str, Node]:
    node = tree.resolve(path).node
    is_it = isinstance(node, Directory) and node.mode & _EVERYBODY == _EVERYBODY and not _below(tree, path)
    return {"": node} if node is not None and is_it else {}


def _real(tree: Tree, path: str) -> str:
    """Where a path is made, through links of the directories above it."""
    directory, _, name = path.rpartition("/")
    found = tree.resolve(directory or "/")
    return path if found.errno else f"{found.path.rstrip('/')}/{name}"


_Given = Callable[[Tree, str], Mapping[str, Node]]
_CHANGES: dict[str, Callable[[Case, Finding], Iterator[Change]]] = {
    "LC307": _certificates,
    "LC308": _zones,
    "LC309": _temporary,
    "LC310": _user,
    "LC311": _shell,
    "LC312": _library,
}
