"""The members of a tar archive to entries of a layer: of each file only what a launch looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from mmap import ACCESS_READ, mmap
from typing import Any

from libccheck.content import content, is_text
from libccheck.errors import LibccheckError
from libccheck.images.condense import condensed
from libccheck.images.inflate import CutOffError, Filed, Stream
from libccheck.images.inplace import Piece, expanded, load
from libccheck.images.keep import HEAD, holding, is_elf, kept
from libccheck.images.layers import Entry, clean
from libccheck.images.tar import Member, members
from libccheck.model import Content, Directory, File, Link, Node, Special

_MAX_BUFFER = 1 << 24
_MAX_KEPT = 1 << 30
_MAX_SPARSE = 1 << 30


def entries_of(open_source: Callable[[], Filed | Stream], layer: int | None = None) -> list[Entry]:
    """The entries of one layer or root archive; the source is opened again where a name was seen too late."""
    found = list(_entries(open_source(), layer, frozenset()))
    late = _late_texts(found)
    if late:
        found = list(_entries(open_source(), layer, frozenset(late.values())))
        nodes = {"/".join(clean(entry.path)): entry.node for entry in found}
        found = [_as_text(entry, nodes.get(late.get(entry.path, ""))) for entry in found]
    return found


def _entries(source: Filed | Stream, layer: int | None, texts: frozenset[str]) -> Iterator[Entry]:
    held = 0
    for member in members(source):
        if member.kind == "hardlink":
            yield Entry(member.name, None, member.target)
            continue
        node: Node
        if member.kind == "directory":
            node = Directory(member.mode, member.uid, member.gid)
        elif member.kind == "link":
            node = Link(member.target)
        elif member.kind != "file":
            node = Special(member.kind, member.mode, member.uid, member.gid)
        else:
            path = "/".join(clean(member.name))
            if isinstance(source, Filed):
                loads = _in_place(source, member, path)
            else:
                loads, more = _streamed(source, member, path, path in texts)
                held += more
                if held > _MAX_KEPT:
                    raise LibccheckError("its ELF files hold more symbols than any real image's")
            node = File(member.mode, member.uid, member.gid, member.size, layer, loads)
        yield Entry(member.name, node)
    source.finish()


def _in_place(source: Filed, member: Member, path: str) -> Callable[[], Content]:
    """Nothing is read before somebody asks."""
    if source.position + member.stored > len(source.held):
        raise CutOffError
    piece = Piece(source.held, source.position, member.stored, member.size, _pieces(member))
    return partial(load, piece, path, member.mode)


def _streamed(source: Stream, member: Member, path: str, is_wanted: bool) -> tuple[Callable[[], Content], int]:
    """What has to be kept of a file that passes by, and how many bytes that is."""
    head = source.take(min(HEAD, member.stored))
    if is_wanted or is_text(path):
        data = bytes(head) + bytes(source.take(min(member.stored, 1 << 20) - len(head)))
        return partial(load, _whole(member, data), path, member.mode), len(data)
    found = content(head, path)
    if member.pieces is None and not (found.elf or found.unmarked):
        return holding(kept(found, member.mode)), len(head)
    is_large = member.stored > _MAX_BUFFER
    left = member.stored - len(head)
    view = _whole(member, _spooled(source, head, left) if is_large else b"".join((head, source.take(left))))
    if not is_elf(view[:4]) and member.pieces is not None:
        return holding(kept(content(view[:HEAD], path), member.mode)), len(head)
    found, held = condensed(view, path)
    return holding(found), held


def _whole(member: Member, data: Any) -> Any:
    """The bytes of a file, the holes of a sparse one not filled."""
    pieces = _pieces(member)
    return data if pieces is None else expanded(data, member.size, pieces)


def _pieces(member: Member) -> tuple[tuple[int, int], ...] | None:
    """Those of a sparse file that is not too large."""
    if member.pieces is not None and member.size > _MAX_SPARSE:
        raise LibccheckError(f"{member.name!r} is a sparse file of {member.size} bytes")
    return member.pieces


def _spooled(source: Stream, head: memoryview, left: int) -> memoryview:
    """A program too large for memory, in a file that has no name."""
    from tempfile import TemporaryFile

    with TemporaryFile() as file:
        file.write(head)
        while left:
            file.write(source.take(min(left, 1 << 20)))
            left -= min(left, 1 << 20)
        file.flush()
        return memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))


def _late_texts(entries: list[Entry]) -> dict[str, str]:
    """Hard links under names whose text counts, to files under names whose text does not: link to target."""
    late = {}
    for entry in entries:
        if entry.node is None and is_text("/".join(clean(entry.path))):
            target = "/".join(clean(entry.hardlink))
            if not is_text(target):
                late[entry.path] = target
    return late


def _as_text(entry: Entry, node: Node | None) -> Entry:
    if not isinstance(node, File) or not isinstance(node.load, partial):
        return entry
    loads = partial(load, node.load.args[0], "/".join(clean(entry.path)), node.mode)
    return Entry(entry.path, node._replace(load=loads))
