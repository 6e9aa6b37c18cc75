"""A bare name looked up in PATH."""

from __future__ import annotations

from libccheck.model import Directory, Process, Step
from libccheck.tree import Tree, may

ENGINE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""What every engine sets where the image has no PATH."""


def variable(process: Process, name: str) -> str | None:
    """The value of an environment variable: the first one counts, as getenv(3) has it."""
    return next((value for key, value in process.env if key == name), None)


def look_path(tree: Tree, name: str, process: Process) -> tuple[str | None, tuple[Step, ...]]:
    """The path that an engine would exec for a name without a slash, as Go's exec.LookPath has it, and where it looked.

    Directories and what the user may not execute are passed over; None where nothing is left.
    """
    path = variable(process, "PATH")
    steps: list[Step] = []
    for directory in (ENGINE_PATH if path is None else path).split(":"):
        candidate = _join(directory, name)
        found = tree.resolve(candidate, process.cwd, user=process.user)
        if found.errno is not None or found.node is None:
            word = found.errno or "ENOENT"
        elif isinstance(found.node, Directory):
            word = "a directory"
        else:
            word = "found" if may(found.node, process.user, 1) else "not executable"
        steps.append(Step("look up", candidate, word, "PATH"))
        if word == "found":
            return candidate, tuple(steps)
    return None, tuple(steps)


def _join(directory: str, name: str) -> str:
    return f"{directory.rstrip('/')}/{name}" if directory else f"./{name}"
