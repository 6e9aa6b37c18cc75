"""execvp(3) as each C library has it: which errors end the search along PATH, and what becomes of ENOEXEC."""

from __future__ import annotations

from libccheck.launch.handover import Handover, Stuck
from libccheck.launch.kernel import execve
from libccheck.launch.lookup import variable
from libccheck.launch.refusal import COMMAND
from libccheck.model import Finding, Host, Process, Refused, Step, Unclear
from libccheck.record import NamedTuple
from libccheck.tree import Tree

_SHELL = "/bin/sh"
_READ_BY_SHELL = "env hands a file that the kernel cannot start to /bin/sh, which reads whatever it is as a script"
_NAME_MAX = 255
_DEFAULT = {"glibc": "/bin:/usr/bin", "musl": "/usr/local/bin:/bin:/usr/bin", "uclibc": ":/bin:/usr/bin"}
_ABSENT = ("LC105", "LC106")
_GOES_ON = {"glibc": ("EACCES", "ENOENT", "ENOTDIR"), "musl": ("EACCES", "ENOENT", "ENOTDIR")}


class Failed(NamedTuple):
    """No execve succeeded: `errno` is what the caller sees, `stuck` the attempt that tells most, if there was any."""

    errno: str
    stuck: Stuck | None
    steps: tuple[Step, ...]


def execvp(tree: Tree, file: str, process: Process, host: Host, libc: str, asked_by: str) -> Handover | Stuck | Failed:
    """The program that takes over, with the steps of all attempts; Stuck where an attempt dies or cannot be told."""
    steps: list[Step] = []
    seen: list[tuple[str, Stuck]] = []
    for candidate in _candidates(file, process, libc):
        tried = execve(tree, candidate, process, host, COMMAND, asked_by)
        steps += tried.steps
        if isinstance(tried, Stuck) and tried.outcome == Refused("ENOEXEC") and libc != "musl":
            if libc == "uclibc" or tried.steps[-1].found in ("ELF", "binary"):
                finding = Finding("LC902", tried.findings[0].subject, _READ_BY_SHELL, tried.findings[0].evidence)
                return Stuck(Unclear(_READ_BY_SHELL), (finding, *tried.findings), tuple(steps))
            argv = (_SHELL, candidate, *process.argv[1:])
            tried = execve(tree, _SHELL, process._replace(argv=argv), host, COMMAND, asked_by)
            steps += tried.steps
        if isinstance(tried, Handover) or not isinstance(tried.outcome, Refused):
            return tried._replace(steps=tuple(steps))
        seen.append((tried.outcome.errno, tried))
        if libc in _GOES_ON and tried.outcome.errno not in _GOES_ON[libc]:
            break
    if len(file.encode("utf-8", "surrogateescape")) > _NAME_MAX and "/" not in file and libc != "uclibc":
        return Failed("ENAMETOOLONG", None, tuple(steps))
    errno = _last(seen, libc)
    met = (each for name, each in seen if name == errno and each.findings[0].code not in _ABSENT)
    return Failed(errno, next(met, None), tuple(steps))


def _candidates(file: str, process: Process, libc: str) -> list[str]:
    if not file:
        return []
    if "/" in file:
        return [file]
    path = variable(process, "PATH")
    if path is None:
        path = _DEFAULT[libc]
    if libc == "uclibc":
        return [f"{each}{'' if each.endswith('/') or not each else '/'}{file}" for each in path.split(":") if path]
    if len(file.encode("utf-8", "surrogateescape")) > _NAME_MAX:
        return []
    return [f"{each}/{file}" if each else file for each in path.split(":")]


def _last(seen: list[tuple[str, Stuck]], libc: str) -> str:
    if not seen:
        return "ENOENT"
    errno = seen[-1][0]
    if libc in _GOES_ON and errno in _GOES_ON[libc] and any(each == "EACCES" for each, _ in seen):
        return "EACCES"
    return errno
