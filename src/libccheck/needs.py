"""Who needs what: the graph of the objects that a loader took, in its order, each need with the versions it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from libccheck.libc import interpreter_text
from libccheck.model import Check, Elf, File, Finding, Launch, Loaded, Need, Needs, Object, Step
from libccheck.tree import Tree

_NUMBER = re.compile(r"[0-9]{1,9}")
_STATES = {"LC201": "missing", "LC202": "unusable"}
_RESERVED = ("libc.", "libpthread.", "librt.", "libm.", "libdl.", "libutil.", "libxnet.")
"""Beginnings of the names that musl's loader takes for itself: `ldso/dynlink.c`, load_library()."""


def needs_of(launch: Launch, place: str, tree: Tree, cwd: str) -> Needs:
    """The program, the objects in load order, the loader last where somebody names it; and every DT_NEEDED in order.

    `place` stands for a program that the kernel refused; `tree` is the one that it was launched in.
    """
    main = launch.main or place
    elves = [_elf(tree, main, cwd), *(_elf(tree, each.path, cwd) for each in launch.objects)]
    objects = [_object(main, main, "", elves[0]), *map(_loaded, launch.objects, elves[1:])]
    names = _Names(launch, tree, cwd, elves)
    lost = {each.subject: each for each in reversed(launch.findings) if each.code in _STATES}
    needs: list[Need] = []
    for by, elf in enumerate(elves):
        for name in elf.needed if elf else ():
            to = names.object(name)
            if to is None and names.is_loader(name) and launch.objects:
                to = len(elves)
            state, steps = _state(lost.get(name)) if to is None else ("loaded", ())
            needs.append(Need(by, name, _versions(elf, name), to, state, steps))
    if any(each.to == len(elves) for each in needs):
        objects.append(_object(names.interpreter.rpartition("/")[2], names.interpreter, "the loader itself", None))
    return Needs(tuple(objects), (*needs, *_unasked(launch.objects, needs, objects)))


def leading_to(checks: Sequence[Check], wanted: str) -> tuple[Check, ...]:
    """The checks in which something leads to the library `wanted`, each with those needs only.

    `wanted` is a name as it is asked for, that of a file or a DT_SONAME, or what stands before its ".so", or a glob.
    """
    narrowed = ((check, _leading_to(check.needs, wanted)) for check in checks if check.needs is not None)
    return tuple(check._replace(needs=needs) for check, needs in narrowed if needs.needs)


def _leading_to(needs: Needs, wanted: str) -> Needs:
    """Backwards from every need that is meant."""
    asking: dict[int, list[int]] = {}
    for number, each in enumerate(needs.needs):
        if each.to is not None:
            asking.setdefault(each.to, []).append(number)
    kept = {number for number, each in enumerate(needs.needs) if _is_meant(each, needs, wanted)}
    reached = {needs.needs[number].by for number in kept}
    todo = list(reached)
    while todo:
        for number in asking.get(todo.pop(), ()):
            by = needs.needs[number].by
            kept.add(number)
            if by not in reached:
                reached.add(by)
                todo.append(by)
    return needs._replace(needs=tuple(needs.needs[number] for number in sorted(kept)))


def _is_meant(need: Need, needs: Needs, wanted: str) -> bool:
    found = needs.objects[need.to] if need.to is not None else None
    names = [need.name, *((found.path, found.path.rpartition("/")[2], found.soname or "") if found else ())]
    return any(fnmatchcase(name, wanted) or name.startswith(f"{wanted}.so") for name in names)


class _Names:
    """Which object a name means: as it was asked for, as it calls itself, or as the file that a step found."""

    def __init__(self, launch: Launch, tree: Tree, cwd: str, elves: list[Elf | None]) -> None:
        self.interpreter = (interpreter_text(elves[0]) if elves[0] else None) or ""
        self._by_name: dict[str, int] = {}
        self._itself: int | None = None  # the loader, where it stands among the objects as musl's does
        real: dict[str, int] = {}
        for number, each in enumerate(launch.objects, 1):
            self._by_name.setdefault(each.name, number)
            real.setdefault(tree.resolve(each.path, cwd).path, number)
            if each.path in (self.interpreter, self.interpreter.rpartition("/")[2]):  # by its mere name under gcompat
                self._itself = number
        for number, elf in enumerate(elves[1:], 1):
            if elf and elf.soname:
                self._by_name.setdefault(elf.soname, number)
        for step in launch.steps:
            if step.action == "open" and step.found == "found":
                number = real.get(tree.resolve(step.path, cwd).path, 0)
                if number:
                    self._by_name.setdefault(step.path.rpartition("/")[2], number)
                    self._by_name.setdefault(step.path, number)

    def object(self, name: str) -> int | None:
        known = self._by_name.get(name)
        return self._itself if known is None and name.startswith(_RESERVED) else known

    def is_loader(self, name: str) -> bool:
        return bool(name) and name == self.interpreter.rpartition("/")[2]


def _elf(tree: Tree, path: str, cwd: str) -> Elf | None:
    node = tree.resolve(path, cwd).node
    return node.load().elf if isinstance(node, File) else None


def _loaded(loaded: Loaded, elf: Elf | None) -> Object:
    return _object(loaded.name, loaded.path, loaded.how, elf)


def _object(name: str, path: str, how: str, elf: Elf | None) -> Object:
    return Object(name, path, elf.soname if elf else None, how)


def _versions(elf: Elf | None, name: str) -> tuple[str, ...]:
    needed = elf.versions_needed if elf else ()
    wanted = [version.name for each in needed if each.file == name for version in each.versions]
    return tuple(sorted(wanted, key=_age, reverse=True))


def _age(version: str) -> tuple[tuple[int, ...], str]:
    """GLIBC_2.34 is newer than GLIBC_2.4, and what has no number is the oldest."""
    return tuple(map(int, _NUMBER.findall(version))), version


def _state(finding: Finding | None) -> tuple[str, tuple[Step, ...]]:
    """A loader that gives up at the first failure reaches nothing behind it."""
    return ("not reached", ()) if finding is None else (_STATES[finding.code], finding.evidence)


def _unasked(loaded: tuple[Loaded, ...], needs: list[Need], objects: list[Object]) -> list[Need]:
    """What came without a DT_NEEDED, as by LD_PRELOAD or a filter: under whoever the loader says, else the program."""
    asked = {each.to for each in needs}
    by_path = {each.path: number for number, each in reversed(list(enumerate(objects)))}
    return [
        Need(by_path.get(each.needed_by, 0), each.name, (), number, "loaded", ())
        for number, each in enumerate(loaded, 1)
        if number not in asked
    ]
