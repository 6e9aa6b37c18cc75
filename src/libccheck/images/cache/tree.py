"""A merged tree as blobs of a store and back; the contents of its files are elsewhere, as in its layers' stores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from libccheck.images.keep import nothing
from libccheck.images.snapshot import Nodes, Writer, blocks_of, load_content, pack_block, packed, unpacked
from libccheck.images.store import Store
from libccheck.model import Content, File
from libccheck.tree import Tree

Load = Callable[[str, "int | None"], Callable[[], Content]]
"""A file's `load`, of where its content is and of which layer it is from; ValueError where that is none."""


def pack_tree(tree: Tree, size: int, writer: Writer, where: Callable[[File, str], str]) -> None:
    """The last blob is the head: the size in bytes, how many nodes, their kinds, and which blobs are blocks of them.

    `where` says where a file's content is.
    """
    kinds: dict[str, str] = {}
    blocks: list[str] = []
    count = 0
    for paths in blocks_of(tree):
        count += len(paths)
        data = pack_block([(path, tree.nodes[path]) for path in paths], kinds, where)
        blocks += (paths[0], f"{writer.add(data, 'block'):x}")
    fields = [str(size), str(count), *packed(list(kinds)), *packed(blocks)]
    writer.add("\0".join(fields).encode("utf-8", "surrogateescape"), "tree")


def unpack_tree(store: Store, load: Load) -> tuple[Tree, int]:
    """The tree and its size."""
    fields = iter(store.blob(len(store) - 1).decode("utf-8", "surrogateescape").split("\0"))

    try:
        size, count = int(next(fields)), int(next(fields))
        kinds, blocks = unpacked(fields), unpacked(fields)
        firsts, numbers = blocks[::2], [int(each, 16) for each in blocks[1::2]]
        if len(firsts) != len(numbers) or list(firsts) != sorted(firsts):
            store.damaged()
        return Tree(Nodes(store, kinds, firsts, numbers, count, load)), size
    except (ValueError, StopIteration) as reason:
        store.damaged(reason)


def in_layers(layers: Sequence[Store]) -> Load:
    """What loads from those stores, `layers` as they were when the tree was packed."""

    def load(where: str, layer: int | None) -> Callable[[], Content]:
        number = 0 if layer is None and len(layers) == 1 else layer
        if number is None or number >= len(layers):
            raise ValueError(f"there is no layer {number}")
        return partial(load_content, layers[number], where)

    return load


def where_in_layer(file: File, _: str) -> str:
    """Where the content is in the store of the file's layer, which its `load` says."""
    return "" if file.load is nothing else f":{file.load.args[1]}"  # type: ignore[attr-defined]
