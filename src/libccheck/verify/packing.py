"""What a check places into an image, and whole roots, as tar archives for an engine."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

from libccheck.errors import LibccheckError
from libccheck.model import Check, Directory, File, Link, Node, Special
from libccheck.placement import Copy, land_copy, land_program, place_copy
from libccheck.record import NamedTuple
from libccheck.tree import Tree

_PIECE = 1 << 20


class Placed(NamedTuple):
    """One path of an archive: what stands there, and what opens its bytes."""

    path: str
    node: Node
    open: Callable[[], BinaryIO]


def placed(check: Check, copies: Sequence[Copy]) -> list[Placed]:
    """What the check places, parents first: the copies one after the other, then the program."""
    tree: Tree = check.image.tree
    found: dict[str, Placed] = {}
    for copy in copies:
        for path, below in land_copy(tree, copy, check.process.cwd).items():
            source = f"{copy.source}/{below}" if below else copy.source
            found[path] = Placed(path, copy.nodes[below], _opener(source))
        tree = place_copy(tree, copy, check.process.cwd)
    program = check.program
    path = land_program(tree, program, check.place)
    node: Node = Directory(program.mode, 0, 0)
    if not program.directory:
        node = File(program.mode, 0, 0, program.size, None, lambda: program.content)
    found.pop(path, None)
    found[path] = Placed(path, node, lambda: io.BytesIO(program.data))
    return [*_parents(check.image.tree.nodes, found), *found.values()]


def rooted(tree: Tree, root: str) -> Iterator[Placed]:
    """All of a directory's tree, parents first."""
    for path in tree:
        if path != "/":
            yield Placed(path, tree.nodes[path], _opener(root.rstrip("/") + path))


@contextmanager
def archive(entries: Sequence[Placed] | Iterator[Placed]) -> Iterator[BinaryIO]:
    """A tar archive of these, in a file without a name, to be read from its start; owners as the nodes have them."""
    from tempfile import TemporaryFile

    with TemporaryFile(prefix="libccheck-") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as writing:
            for each in entries:
                _add(writing, each)
        file.seek(0)
        yield file


def pieces(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(_PIECE), b"")


def _add(writing: tarfile.TarFile, placed: Placed) -> None:
    entry = tarfile.TarInfo(placed.path.lstrip("/"))
    match placed.node:
        case File(mode, uid, gid):
            entry.mode, entry.uid, entry.gid = mode, uid, gid
            with placed.open() as source:
                entry.size = source.seek(0, io.SEEK_END)
                source.seek(0)
                writing.addfile(entry, source)
            return
        case Link(target):
            entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, target, 0o777
        case Directory(mode, uid, gid):
            entry.type, entry.mode, entry.uid, entry.gid = tarfile.DIRTYPE, mode, uid, gid
        case Special("p", mode, uid, gid):
            entry.type, entry.mode, entry.uid, entry.gid = tarfile.FIFOTYPE, mode, uid, gid
        case _:
            raise LibccheckError(
                f"cannot place {placed.path} for a run: it is a device or a socket", hint="leave it out, or --verify"
            )
    writing.addfile(entry)


def _parents(there: Mapping[str, Node], found: Mapping[str, Any]) -> list[Placed]:
    """The directories above that nobody has, as a tree makes them; engines differ in the mode they give them."""
    missing: dict[str, None] = {}
    for path in found:
        above = path.rpartition("/")[0]
        while above and above not in found and there.get(above) is None:
            missing[above] = None
            above = above.rpartition("/")[0]
    return [Placed(each, Directory(0o755, 0, 0), io.BytesIO) for each in sorted(missing)]


def _opener(path: str) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        try:
            return open(path, "rb")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise LibccheckError(f"cannot read {path}: {reason}", hint="run it as a user who may") from error

    return opened
