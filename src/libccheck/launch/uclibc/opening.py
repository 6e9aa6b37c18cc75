"""dlopen(3) of a library, and what dlerror(3) says where it fails: `do_dlopen` of `ldso/libdl/libdl.c`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from libccheck.launch.constructors import has_constructors
from libccheck.launch.handover import Library
from libccheck.launch.uclibc import findings
from libccheck.launch.uclibc.objects import LeftOutError, Object
from libccheck.launch.uclibc.relocate import Relocation
from libccheck.launch.uclibc.symbols import Scope
from libccheck.launch.uclibc.versions import Features
from libccheck.machines import machine_name
from libccheck.model import Finding, Rejected, Started

_NAMES = {
    "": "File not found",
    "not ELF": "Not an ELF file",
    "not a library": "Not an ELF shared library",
    "wrong machine": "Unrecognized binary type",
    "has TLS": "Library contains unsupported TLS",
    "cannot be mapped": "Unable to mmap file",
    "not dynamic": "No dynamic section",
}
"""`dl_error_names`, by the reason for which the last file that was tried is passed over: none if it was not there."""
_OF_I386 = {"wrong machine": "Not i386 binary"}


class Loading(Protocol):
    """What the start of the process has left."""

    objects: list[Object]
    passed_over: str | None

    def load_library(self, name: str, requester: Object | None, *, only_setuid: bool = False) -> Object | None: ...

    def not_found(self, name: str, requester: Object | None, why: str = ...) -> Finding: ...


class Opening:
    """One call; `now` is what LD_BIND_NOW says, `relocation` makes the fix-ups of an object with a scope of its own."""

    def __init__(self, loading: Loading, known: Features, now: bool, relocation: Callable[[Scope], Relocation]) -> None:
        self._loading, self._known, self._now = loading, known, now
        self._relocation = relocation
        self._before = tuple(loading.objects)
        self._needs: dict[Object, list[Object]] = {}

    @property
    def new(self) -> list[Object]:
        """The objects that the call has brought."""
        return self._loading.objects[len(self._before) :]

    def dlopen(self, library: Library) -> tuple[Started | Rejected, tuple[Finding, ...]]:
        """What is written goes to the process; what nobody has leaves dlerror(3) with what it had."""
        opened = self._loading.load_library(library.path, self._before[0])
        if opened is None:
            return Rejected(self._dlerror()), (self._loading.not_found(library.path, None, "to be loaded"),)
        if opened in self._before:
            return Started(""), ()
        chain, missing = self._load_needed(opened)
        if missing is not None:
            return Rejected(self._dlerror()), (missing,)
        now = self._now or not library.lazy
        for each in reversed(chain):
            failed = self._fix(each, opened, now)
            if failed:
                return Rejected(self._dlerror()), failed
        return Started(""), tuple(self._called_later(opened, now))

    def _dlerror(self) -> str:
        """What it says; nothing where no library was ever missed."""
        why, machine = self._loading.passed_over, machine_name(self._before[0].elf)
        if why is None:
            return ""
        return {**_NAMES, **(_OF_I386 if machine == "i386" else {})}[why]

    def _load_needed(self, opened: Object) -> tuple[list[Object], Finding | None]:
        """The library and all that it comes to need, each as often as it is needed."""
        chain, waiting = [opened], [opened]
        for item in waiting:
            self._needs[item] = []
            for name in item.elf.needed:
                found = self._loading.load_library(name, item)
                if found is None:
                    return chain, self._loading.not_found(name, item)
                chain.append(found)
                self._needs[item].append(found)
                if found not in waiting:
                    waiting.append(found)
        return chain, None

    def _fix(self, item: Object, opened: Object, now: bool) -> tuple[Finding, ...]:
        """_dl_fixup(): of what was there before, functions that were left for later may have to be bound."""
        relocation = self._relocation(self._scope(item, opened))
        if item not in self._before:
            return tuple(relocation.failures(item, now=now))
        return tuple(relocation.bound_again(item)) if now and not self._now else ()

    def _scope(self, item: Object, opened: Object) -> Scope:
        """What was there before, then itself and what it needs itself: what its libraries need is not seen."""
        seen = [each for each in self._local(opened) if each is item or each in self._needs.get(item, ())]
        return Scope([*self._before, *(each for each in seen if each not in self._before)], self._known)

    def _local(self, opened: Object) -> list[Object]:
        """_dl_build_local_scope(): what is needed last comes first."""
        found: dict[Object, None] = {}
        waiting = [opened]
        while waiting:
            item = waiting.pop()
            if item not in found:
                found[item] = None
                waiting.extend(self._needs.get(item, ()))
        return list(found)

    def _called_later(self, opened: Object, now: bool) -> Iterator[Finding]:
        for each in self.new:
            missing = list(self._relocation(self._scope(each, opened)).lazily(each, now))
            if missing and has_constructors(each.elf):
                raise LeftOutError(f"whether {each.name} calls {missing[0]} when it is loaded, which nobody has")
            yield from {name: findings.lazily_missing(name, each) for name in missing}.values()
