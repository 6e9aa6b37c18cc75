"""A merged tree as blobs of a store and back; the contents of its files stay in the stores of its layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from libccheck.images.keep import nothing
from libccheck.images.snapshot import Nodes, Writer, blocks_of, load_content, pack_block, packed, unpacked
from libccheck.images.store import Store
from libccheck.model import Content, File
from libccheck.tree import Tree


def pack_tree(tree: Tree, size: int, writer: Writer) -> None:
    """The last blob is the head: the size in bytes, how many nodes, their kinds, and which blobs are blocks of them."""
    kinds: dict[str, str] = {}
    blocks: list[str] = []
    count = 0
    for paths in blocks_of(tree):
        count += len(paths)
        data = pack_block([(path, tree.nodes[path]) for path in paths], kinds, _where)
        blocks += (paths[0], f"{writer.add(data, 'block'):x}")
    fields = [str(size), str(count), *packed(list(kinds)), *packed(blocks)]
    writer.add("\0".join(fields).encode("utf-8", "surrogateescape"), "tree")


def unpack_tree(store: Store, layers: Sequence[Store]) -> tuple[Tree, int]:
    """The tree and its size, `layers` as they were when it was packed."""
    fields = iter(store.blob(len(store) - 1).decode("utf-8", "surrogateescape").split("\0"))

    def load(where: str, layer: int | None) -> Callable[[], Content]:
        number = 0 if layer is None and len(layers) == 1 else layer
        if number is None or number >= len(layers):
            store.damaged()
        return partial(load_content, layers[number], where)

    try:
        size, count = int(next(fields)), int(next(fields))
        kinds, blocks = unpacked(fields), unpacked(fields)
        firsts, numbers = blocks[::2], [int(each, 16) for each in blocks[1::2]]
        if len(firsts) != len(numbers) or list(firsts) != sorted(firsts):
            store.damaged()
        return Tree(Nodes(store, kinds, firsts, numbers, count, load)), size
    except (ValueError, StopIteration) as reason:
        store.damaged(reason)


def _where(file: File, _: str) -> str:
    """Where the content is in the store of the file's layer, which its `load` says."""
    return "" if file.load is nothing else f":{file.load.args[1]}"  # type: ignore[attr-defined]
