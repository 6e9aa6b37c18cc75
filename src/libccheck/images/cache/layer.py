"""The entries of one layer as blobs of a store and back, in their order, whiteouts and hard links among them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from libccheck.images.layers import Entry
from libccheck.images.snapshot import (
    Writer,
    load_content,
    node_of,
    pack_block,
    pack_content,
    packed,
    unpack_block,
    unpacked,
)
from libccheck.images.store import Store
from libccheck.model import File, Node

_BLOCK = 1000  # entries


def pack_layer(entries: list[Entry], writer: Writer) -> None:
    """The last blob is the head: the kinds of nodes, and which blobs are blocks of them."""
    kinds: dict[str, str] = {}
    blocks = []

    def content(file: File, path: str) -> str:
        return pack_content(file.load(), path, writer)

    for start in range(0, len(entries), _BLOCK):
        nodes = [(each.path, _plain(each)) for each in entries[start : start + _BLOCK]]
        blocks.append(f"{writer.add(pack_block(nodes, kinds, content), 'block'):x}")
    fields = [*packed(list(kinds)), *packed(blocks)]
    writer.add("\0".join(fields).encode("utf-8", "surrogateescape"), "layer")


def unpack_layer(store: Store, number: int | None) -> Iterator[Entry]:
    """The entries, their nodes numbered as of that layer."""
    try:
        fields = iter(store.blob(len(store) - 1 - len(store.chunks)).decode("utf-8", "surrogateescape").split("\0"))
        kinds, blocks = unpacked(fields), unpacked(fields)
        for each in blocks:
            for path, kind, more in unpack_block(store.blob(int(each, 16)), kinds):
                if kind == "h":
                    yield Entry(path, None, more)
                    continue
                node = node_of(kind, more, lambda where, _: partial(load_content, store, where))
                yield Entry(path, node._replace(layer=number) if isinstance(node, File) else node)
    except (ValueError, IndexError, StopIteration) as reason:
        store.damaged(reason)


def _plain(entry: Entry) -> Node | str:
    node = entry.node
    if node is None:
        return entry.hardlink
    return node._replace(layer=None) if isinstance(node, File) else node
