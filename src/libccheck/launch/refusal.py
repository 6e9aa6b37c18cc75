"""Where the kernel gets stuck, as findings: code, subject and message of each refusal."""

from __future__ import annotations

from libccheck.model import Directory, File, Finding, Node, Special, Step, User
from libccheck.tree import may

PROGRAM, SCRIPT, COMMAND, LOADER, EMULATOR = "program", "#!", "#! env", "PT_INTERP", "binfmt_misc"
STUB = "execve"
"""Who asked for the file: the caller of execve, a `#!` line, one through env, a program's PT_INTERP, binfmt_misc; or
gcompat's stub, which is such a PT_INTERP."""

_MISSING = {PROGRAM: "LC100", SCRIPT: "LC105", COMMAND: "LC105", LOADER: "LC101", EMULATOR: "LC101", STUB: "LC101"}
_ASKS = {
    SCRIPT: "the #! line of {} names",
    COMMAND: "the #! line of {} has env run",
    LOADER: "{} asks for the loader",
    EMULATOR: "the host runs {} by the emulator",
    STUB: "gcompat's stub {} runs the loader",
}
_BY_ERRNO = {
    "ELOOP": "leads through more links than the kernel follows",
    "ENOTDIR": "leads through a file as if that were a directory",
    "ENAMETOOLONG": "has a name that is too long",
}


def not_opened(
    role: str, named: str, asked_by: str, errno: str, ended: str, why: str, steps: tuple[Step, ...]
) -> Finding:
    """A path that open_exec() refused with `errno`; `ended` is where the walk stopped, `why` from `unopenable`."""
    if errno == "ENOENT":
        return _missing(role, named, asked_by, ended, steps)
    if role == PROGRAM:
        return Finding("LC104" if errno == "EACCES" else "LC100", named, f"{shown(named)} {why}", steps)
    return Finding("LC103", named, f"{_asked(role, asked_by)} {shown(named)}, which {why}", steps)


def unopenable(errno: str, node: Node | None, ended: str, user: User) -> tuple[str, str]:
    """Why a path cannot be executed: as the word of a step, and as a predicate. EACCES has many reasons."""
    if errno != "EACCES":
        return errno, _BY_ERRNO.get(errno, f"cannot be opened ({errno})")
    if isinstance(node, Directory):
        return "a directory", "is a directory"
    if isinstance(node, Special):
        return "a special file", "is not a regular file"
    if not isinstance(node, File):
        return "not searchable", f"lies behind {shown(ended)}, which user {user.uid} may not search"
    mode = f"mode {node.mode & 0o7777:04o}"
    if not node.mode & 0o111:
        return "not executable", f"has no execute permission ({mode})"
    return "not executable", f"may not be executed by user {user.uid} ({mode}, owner {node.uid}:{node.gid})"


def refused_errno(node: Node | None, user: User) -> str | None:
    """What open_exec() says of a node that the walk found: only regular files that the user may execute pass."""
    return None if isinstance(node, File) and may(node, user, 1) else "EACCES"


def unfit(role: str, code: str, named: str, asked_by: str, why: str, steps: tuple[Step, ...]) -> Finding:
    """A file that is of no use: `code` where it is the program itself, or LC902, else LC103."""
    if role == PROGRAM:
        return Finding(code, named, f"{shown(named)} {why}", steps)
    return Finding(
        code if code == "LC902" else "LC103", named, f"{_asked(role, asked_by)} {shown(named)}, which {why}", steps
    )


def shown(name: str) -> str:
    """A path as it can stand in a message: control characters escaped."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in name) or "''"


def _missing(role: str, named: str, asked_by: str, ended: str, steps: tuple[Step, ...]) -> Finding:
    if role in (SCRIPT, COMMAND) and named.endswith("\r"):
        message = f"the #! line of {shown(asked_by)} ends in a carriage return, so {shown(named)} is looked for"
        return Finding("LC106", named, message, steps)
    absent = "which is not there"
    if ended and ended != named:
        absent = f"which leads to {shown(ended)}, and that is not there"
        if named.startswith(f"{ended}/"):
            absent = f"and there is no {shown(ended)}"
    if role == PROGRAM:
        return Finding("LC100", named, f"{shown(named)} is not there", steps)
    return Finding(_MISSING[role], named, f"{_asked(role, asked_by)} {shown(named)}, {absent}", steps)


def _asked(role: str, asked_by: str) -> str:
    return _ASKS[role].format(shown(asked_by))
