"""Where uClibc's loader looks for a library, in which order: `_dl_load_shared_library` of `ldso/dl-elf.c`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from libccheck.launch.handover import Handover
from libccheck.launch.uclibc.cache import parse
from libccheck.launch.uclibc.mapping import cannot_map
from libccheck.launch.uclibc.objects import LeftOutError, Object
from libccheck.launch.uclibc.versions import Features
from libccheck.model import Directory, File, Special, Step
from libccheck.tree import Tree, may

_LONGEST = 1024
_ORIGIN = "$ORIGIN"
Candidate = tuple[str, str]
"""A path to open, and on whose word."""


class Search:
    """The searches of one process, with the steps taken."""

    def __init__(
        self, tree: Tree, handover: Handover, known: Features, progname: str, secure: bool, say: Callable[[str], None]
    ) -> None:
        self._tree, self._handover, self._known, self._secure = tree, handover, known, secure
        self._progname = progname
        self._process = handover.process
        self._interpreter = handover.interpreter or ""
        self._say = say
        self._cached: tuple[tuple[str, str], ...] = ()
        self.steps: list[Step] = []

    def environment(self, name: str) -> str | None:
        """_dl_getenv(): the first of that name."""
        return next((value for key, value in self._process.env if key == name), None)

    def candidates(self, full: str, requester: Object | None) -> Iterator[Candidate]:
        """The paths that are opened for a name in DT_NEEDED or LD_PRELOAD, one after the other."""
        known, asked = self._known, self._interpreter
        if len(full.encode("utf-8", "surrogateescape")) > _LONGEST:
            return
        name = full.rpartition("/")[2]
        if "/" in full:
            yield full, f"path in {requester.name if requester else 'LD_PRELOAD'}"
        if requester is not None and requester.elf.rpath is not None and requester.elf.runpath is None:
            how = f"rpath of {requester.name}"
            yield from self._in_list(requester.elf.rpath, None, name, how, requester.name)
        if known.library_path and not self._secure:
            value = self.environment("LD_LIBRARY_PATH")
            if value is not None:
                yield from self._in_list(value, self._behind_library_path(), name, "LD_LIBRARY_PATH")
        if requester is not None and requester.elf.runpath is not None:
            yield from self._in_list(requester.elf.runpath, None, name, f"runpath of {requester.name}")
        yield from ((path, known.cache or "") for soname, path in self._cached if soname == name)
        if known.multilib:
            yield from self._in_list(known.multilib, None, name, f"default path of {asked}")
        yield from self._beside_loader(name)
        yield from self._in_list(known.default, None, name, f"default path of {asked}")

    def open(self, path: str, how: str) -> tuple[File | Directory | Special, str] | None:
        """open(path, O_RDONLY): the node, and the path without links."""
        found = self._tree.resolve(path, self._process.cwd, user=self._process.user)
        node, errno = found.node, found.errno
        if errno is None and isinstance(node, (File, Directory, Special)) and not may(node, self._process.user, 4):
            errno = "EACCES"
        self.steps.append(Step("open", path, errno or "found", how))
        if errno is not None or not isinstance(node, (File, Directory, Special)):
            return None
        return node, found.path

    def map_cache(self) -> None:
        """_dl_map_cache()"""
        path = self._known.cache
        if path is None:
            return
        opened = self.open(path, f"cache of {self._interpreter}")
        if opened is None:
            return
        node = opened[0]
        name = self._progname
        if not isinstance(node, File) or not node.size:
            self._say(name + cannot_map(self._known.map_lines.cache, path))
            return
        text = node.load().text
        if text is None or len(text) < node.size:
            raise LeftOutError(f"what {path} says was not kept")
        entries = parse(text, self._handover.elf.little_endian)
        if entries is None:
            self._say(f"{name}: cache '{path}' is corrupt\n")
        self._cached = entries or ()

    # -- path lists

    def _in_list(
        self, paths: str, behind: str | None, name: str, how: str, origin: str | None = None
    ) -> Iterator[Candidate]:
        """search_for_named_library(); `behind` is what follows in memory, None where nobody knows."""
        if not self._known.tokens:
            for element in paths.split(":"):
                yield f"{element or '.'}/{name}", how
            return
        for element in _elements(paths, behind):
            if element.startswith(_ORIGIN):
                directory = (origin or "").rpartition("/")[0]
                if not directory or (self._secure and element != _ORIGIN):
                    continue
                element = directory + element[len(_ORIGIN) :]
            # What stands before a NUL is all that is left of an element when the name is appended.
            path = f"{element.partition(chr(0))[0] if element else '.'}/{name}"
            if path[0] == "/" or not self._known.absolute:
                yield path, how

    def _behind_library_path(self) -> str:
        """The environment lies in memory as it was given, and the path that was exec'ed behind it."""
        names = [key for key, _ in self._process.env]
        following = self._process.env[names.index("LD_LIBRARY_PATH") + 1 :]
        return "".join(f"{key}={value}\0" for key, value in following) + self._handover.execfn + "\0" * 8

    def _beside_loader(self, name: str) -> Iterator[Candidate]:
        """The directory of the interpreter, as the program names it; its last slash is overwritten."""
        directory, slash, rest = self._interpreter.rpartition("/")
        if self._known.chain_scope:
            directory = directory or self._interpreter
        behind = (rest if slash else self._interpreter[1:]) + "\0"
        yield from self._in_list(directory, behind, name, f"beside {self._interpreter}")


def _elements(paths: str, behind: str | None) -> Iterator[str]:
    """A colon at the start of an element does not end it, and behind an empty one the search reads on in memory."""
    memory = f"{paths}\0{behind or ''}"
    at: int | None = 0
    while at is not None:
        if behind is None and at >= len(paths):
            raise LeftOutError("what lies in memory behind a search path that ends in a colon")
        end, colon = memory.find("\0", at + 1), memory.find(":", at + 1)
        if 0 <= colon < end or (colon >= 0 > end):
            yield memory[at:colon]
            at = colon + 1
        else:
            yield memory[at : memory.find("\0", at)]
            at = None
