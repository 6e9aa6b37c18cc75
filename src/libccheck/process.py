"""What a container's first process inherits: the image's config, with the user's overrides."""

from __future__ import annotations

from collections.abc import Mapping

from libccheck.errors import LibccheckError
from libccheck.model import Config, File, Process, User
from libccheck.record import NamedTuple
from libccheck.tree import Tree

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""What Docker sets where the image's config has no PATH (`oci/defaults.go` of moby)."""

_MAX_ID = (1 << 31) - 1


class Overrides(NamedTuple):
    """What replaces the image's config; None leaves it as it is."""

    env: Mapping[str, str] = {}
    user: str | None = None
    workdir: str | None = None


def process_of(config: Config, tree: Tree, overrides: Overrides) -> Process:
    """The process that a container runtime makes of that config in that tree; its argv is left empty."""
    env = {"PATH": DEFAULT_PATH, **dict(config.env), **overrides.env}
    user = config.user if overrides.user is None else overrides.user
    return Process((), tuple(env.items()), working_directory(config, overrides), user_of(user, tree))


def working_directory(config: Config, overrides: Overrides) -> str:
    """An absolute path without a slash at the end."""
    workdir = config.workdir if overrides.workdir is None else overrides.workdir
    return "/" + workdir.strip("/")


def user_of(text: str, tree: Tree) -> User:
    """`USER` as runc resolves it (`user.GetExecUser`): names and numbers by /etc/passwd and /etc/group of the image."""
    name, colon, group = text.partition(":")
    entries = _entries(tree, "/etc/passwd", 4)
    entry = next((each for each in entries if name and name in (each[0], each[2])), None)
    if entry is not None:
        uid, gid, name = _number(entry[2]), _number(entry[3]), entry[0]
    else:
        uid, gid = _number(name or "0"), 0
    if uid is None or gid is None:
        raise LibccheckError(
            f"unable to find user {name}: no matching entries in passwd file",
            hint="name the user by its number, or add it to the image's /etc/passwd",
        )
    if colon and group:
        return User(uid, _group_of(group, tree))
    groups = _entries(tree, "/etc/group", 4)
    members = (_number(each[2]) for each in groups if name in each[3].split(","))
    return User(uid, gid, tuple(each for each in members if each is not None))


def _group_of(group: str, tree: Tree) -> int:
    entry = next((each for each in _entries(tree, "/etc/group", 3) if group in (each[0], each[2])), None)
    gid = _number(entry[2] if entry else group)
    if gid is None:
        raise LibccheckError(
            f"unable to find group {group}: no matching entries in group file",
            hint="name the group by its number, or add it to the image's /etc/group",
        )
    return gid


def _entries(tree: Tree, path: str, fields: int) -> list[list[str]]:
    node = tree.resolve(path).node
    text = node.load().text if isinstance(node, File) else None
    lines = (text or b"").decode("utf-8", "surrogateescape").splitlines()
    return [parts for parts in (line.strip().split(":") for line in lines) if len(parts) >= fields]


def _number(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= _MAX_ID:
        return int(text)
    return None
