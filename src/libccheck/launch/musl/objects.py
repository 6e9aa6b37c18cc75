"""The objects of a process that musl's loader builds, and the two ways in which it gets no further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from libccheck.model import Elf, File

if TYPE_CHECKING:
    from libccheck.launch.musl.mapping import Place


class LeftOutError(Exception):
    """A fact that the verdict hangs on is not there; the text says which."""


class FaultError(Exception):
    """The process dies of this signal."""


class Object:
    """One `struct dso`: the program, the loader or a library. `name` is what messages call it.

    wanted: the name asked for; how: on whose word it was found; node and place: None of the program and the loader.
    """

    __slots__ = ("elf", "how", "name", "needed_by", "node", "path", "place", "shortname", "wanted")

    def __init__(self, elf: Elf, name: str, path: str, *, wanted: str = "", needed_by: Object | None = None) -> None:
        self.elf = elf
        self.name = name
        self.path = path
        self.wanted = wanted
        self.needed_by = needed_by
        self.how = ""
        self.node: File | None = None
        self.place: Place | None = None
        self.shortname: str | None = None
