"""Where musl's loader looks for a library, in which order, and what errno it is left with: `ldso/dynlink.c`."""

from __future__ import annotations

from libccheck.launch.musl.objects import LeftOutError, Object
from libccheck.launch.musl.versions import Features
from libccheck.model import Directory, File, Process, Special, Step
from libccheck.record import NamedTuple
from libccheck.tree import Tree, may

_BUFFER = 512  # 2*NAME_MAX+2, of load_library
_NAME_MAX = 255
_GOES_ON = ("ENOENT", "ENOTDIR", "EACCES", "ENAMETOOLONG")
_RESERVED = ("c", "pthread", "rt", "m", "dl", "util", "xnet")
_DEFAULT = "/lib:/usr/local/lib:/usr/lib"


class Opened(NamedTuple):
    """What open(2) gave. `name` is the path as it was composed, `path` where it leads."""

    name: str
    path: str
    node: File | Directory | Special


class Search:
    """Searches of one process: its errno, its search paths, and each step taken. `halted` is a result below -1."""

    def __init__(
        self, tree: Tree, process: Process, interpreter: str, path_file: str, known: Features, *, secure: bool
    ) -> None:
        self._tree = tree
        self._process = process
        self._interpreter = interpreter
        self._path_file = _prefix(interpreter) + path_file
        self._features = known
        self._secure = secure
        self._system: str | None = None
        self._system_how = f"default path of {interpreter}"
        self.halted = False
        self.errno = ""
        self.steps: list[Step] = []
        self.library_path = self.environment("LD_LIBRARY_PATH")

    def environment(self, name: str) -> str | None:
        """getenv(3); None where the process is privileged."""
        values = [value for key, value in self._process.env if key == name]
        if not values or self._secure:
            return None
        return values[-1 if self._features.last_environment else 0]

    def is_libc(self, name: str) -> bool:
        """Whether the loader takes this name for itself, without looking for a file."""
        if name == self._interpreter:
            return True
        if not name.startswith("lib"):
            return False
        if not self._features.loose_reserved:
            return name[3:].startswith(tuple(f"{each}." for each in _RESERVED))
        stem, dot, _ = name[3:].partition(".")
        return bool(dot) and any(each.startswith(stem) for each in _RESERVED)

    def find(self, name: str, requester: Object | None) -> Opened | None:
        """Open a library by a name without a slash; None where that fails, with `errno` as it then stands."""
        self.halted = False
        if len(name.encode("utf-8", "surrogateescape")) > _NAME_MAX:
            return None
        found = self._open_in(name, self.library_path, "LD_LIBRARY_PATH") if self.library_path is not None else None
        while found is None and not self.halted and requester is not None:
            directories = self._rpath(requester)
            if directories is not None:
                tag = "rpath" if requester.elf.runpath is None else "runpath"
                found = self._open_in(name, directories, f"{tag} of {requester.name}")
            requester = requester.needed_by
        if found is None and not self.halted:
            found = self._open_in(name, self._system_path(), self._system_how)
        return found

    def open(self, path: str, how: str) -> Opened | None:
        """open(path, O_RDONLY)"""
        found = self._tree.resolve(path, self._process.cwd, user=self._process.user)
        node, errno = found.node, found.errno
        if isinstance(node, (File, Directory, Special)) and not may(node, self._process.user, 4):
            errno = "EACCES"
        if isinstance(node, Special) and errno is None:
            errno = "ENXIO" if node.kind == "s" else None
        self.steps.append(Step("open", path, errno or "found", how))
        if errno or node is None or not isinstance(node, (File, Directory, Special)):
            self.errno = errno or "ENOENT"
            return None
        return Opened(path, found.path, node)

    def _open_in(self, name: str, directories: str, how: str) -> Opened | None:
        for directory in directories.replace("\n", ":").split(":"):
            path = f"{directory}/{name}"
            if not directory:
                continue
            if len(path.encode("utf-8", "surrogateescape")) >= _BUFFER:
                if self._features.endless:
                    raise LeftOutError("a search path with so long an element keeps this loader busy for ever")
                continue
            found = self.open(path, how)
            if found is not None:
                return found
            if self._features.stops_on_errors and self.errno not in _GOES_ON:
                self.halted = True
                return None
        return None

    def _rpath(self, requester: Object) -> str | None:
        """fixup_rpath(): the search path that an object brings along; None where it has none that can be used."""
        elf = requester.elf
        text = elf.rpath if elf.runpath is None or not self._features.runpath else elf.runpath
        if text is None or "$" not in text:
            return text
        pieces = text.split("$")
        if not all(piece.startswith(("ORIGIN", "{ORIGIN}")) for piece in pieces[1:]):
            return None
        if requester.needed_by is None and requester.node is None:
            if self._secure or len(requester.path.encode("utf-8", "surrogateescape")) >= _BUFFER:
                return None
            origin = requester.path.rpartition("/")[0]
        else:
            origin, slash, _ = requester.name.rpartition("/")
            origin = origin if slash else "."
        return pieces[0] + "".join(origin + piece[8 if piece[0] == "{" else 6 :] for piece in pieces[1:])

    def _system_path(self) -> str:
        """The path file, if it is there at all, in place of what is compiled in."""
        if self._system is None:
            self._system = self._read_path_file()
        return self._system

    def _read_path_file(self) -> str:
        how = f"search path file of {self._interpreter}"
        found = self._tree.resolve(self._path_file, self._process.cwd, user=self._process.user)
        node, errno = found.node, found.errno
        if node is not None and not may(node, self._process.user, 4):
            errno = "EACCES"
        elif isinstance(node, Directory):
            errno = "EISDIR"
        self.steps.append(Step("read", self._path_file, errno or "found", how))
        if errno == "ENOENT":
            self.errno = errno
            return _DEFAULT
        self._system_how = self._path_file
        if errno:
            self.errno = errno
            return ""
        text = node.load().text if isinstance(node, File) else None
        if text is None:
            raise LeftOutError(f"what {self._path_file} says was not kept")
        return text.split(b"\0")[0].decode("utf-8", "surrogateescape")


def _prefix(interpreter: str) -> str:
    """The interpreter's path without its last two components; nothing where it is relative."""
    if not interpreter.startswith("/"):
        return ""
    return interpreter.rpartition("/")[0].rpartition("/")[0]
