"""What the parts of env(1) hand to each other."""

from __future__ import annotations

from libccheck.model import Process
from libccheck.record import NamedTuple

_STRERROR = {
    "EACCES": "Permission denied",
    "EINVAL": "Invalid argument",
    "EIO": "Input/output error",
    "ELIBBAD": "Accessing a corrupted shared library",
    "ELOOP": "Too many levels of symbolic links",
    "ENAMETOOLONG": "File name too long",
    "ENOENT": "No such file or directory",
    "ENOEXEC": "Exec format error",
    "ENOTDIR": "Not a directory",
}
_MUSL_STRERROR = {
    "EIO": "I/O error",
    "ELIBBAD": "Unknown error",
    "ELOOP": "Symbolic link loop",
    "ENAMETOOLONG": "Filename too long",
}


class Tool(NamedTuple):
    """One env program: `family` "busybox" or "coreutils", its version, the libc whose execvp it calls.

    getopt: in whose words it complains of an option; banner: the line by which busybox names itself; short_name:
    whether messages of its own begin with "env" although it was called by a path; applets: those that it runs itself.
    """

    family: str
    version: tuple[int, ...]
    libc: str
    getopt: str
    banner: str = ""
    short_name: bool = False
    applets: frozenset[str] = frozenset()

    @property
    def blanks(self) -> str:
        """What separates the words of `-S`; coreutils up to 8.32 knows two of them."""
        return " \t\n\v\f\r" if self.version >= (9,) else " \t"

    def strerror(self, errno: str) -> str:
        """In the words of its libc."""
        words = _STRERROR | (_MUSL_STRERROR if self.libc == "musl" else {})
        return words.get(errno, errno)


class Asked(NamedTuple):
    """What env was told to run: `process` is what the command gets, `said` what env has printed by then."""

    command: str
    process: Process
    said: str = ""


class Said(NamedTuple):
    """env ends by itself, with that status; `command` is what it was meant to run."""

    status: int
    stderr: str
    command: str


def meant(arguments: tuple[str, ...]) -> str:
    """The command in a `#!` argument that env cannot make sense of; the whole argument where none is seen."""
    words = arguments[0].split() if arguments else []
    return next((word for word in words if word[0] != "-" and "=" not in word), arguments[0] if arguments else "")
