"""Who the process is: what its loader calls it, and whether it is somebody else than who started it."""

from __future__ import annotations

from libccheck.launch.handover import Handover
from libccheck.launch.uclibc.versions import Features
from libccheck.model import File
from libccheck.tree import Tree

SETUID, SETGID = 0o4000, 0o2010


def own_name(handover: Handover, known: Features) -> str:
    """_dl_progname: with /proc, as every container has it, the real path of the program; in older ones argv[0]."""
    if known.own_name:
        return handover.path
    return handover.process.argv[0] if handover.process.argv else ""


def is_privileged(tree: Tree, handover: Handover) -> bool:
    """The program's set-user-ID or set-group-ID bit makes the process somebody else."""
    node, user = tree.resolve(handover.path).node, handover.process.user
    if not isinstance(node, File):
        return False
    by_user = bool(node.mode & SETUID) and node.uid != user.uid
    return by_user or (node.mode & SETGID == SETGID and node.gid != user.gid)
