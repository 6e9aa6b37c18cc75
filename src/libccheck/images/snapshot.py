"""An image as blobs of a store and back: nodes are built when asked for, ELF facts read when their file is.

The head of a snapshot is text, fields with NUL between them: platform, digest, size, then counted lists. The nodes lie
in blocks of sorted paths: the paths, one character a node that says which attributes it has, and what else each one
has: a link's target; a file's size and where its content is ("1234:e5f": ELF facts in blob 0x5f; h a head, t a text, u
the ELF facts of a file without the magic).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol

from libccheck.images.facts import pack_elf, unpack_elf
from libccheck.images.keep import HEAD, NOTHING, nothing
from libccheck.images.store import Store
from libccheck.model import Config, Content, Directory, Elf, File, Image, Layer, Link, Loader, Node, Provenance, Special
from libccheck.tree import LazyNodes, Tree

_FULL = 20_000  # characters of a block, if directories allow
_OVERFULL = 60_000
_FIRST_KIND = 0x23
_SURROGATES = 0xD800


class Writer(Protocol):
    """What snapshot asks of who writes the store."""

    def add(self, data: bytes, kin: str) -> int:
        """The number of a blob with that content; blobs of one `kin` resemble each other."""

    def name(self, name: str) -> int:
        """The number of a name in the pool."""


def pack_image(image: Image, writer: Writer) -> int:
    """The blob that holds the head of this image's snapshot."""
    kinds: dict[str, str] = {}
    blocks: list[str] = []
    count = 0

    def content(file: File, path: str) -> str:
        return pack_content(file.load(), path, writer)

    for paths in blocks_of(image.tree):
        count += len(paths)
        data = pack_block([(path, image.tree.nodes[path]) for path in paths], kinds, content)
        blocks += (paths[0], f"{writer.add(data, 'block ' + '/'.join(paths[0].split('/')[:4])):x}")
    config = image.config
    fields = [
        image.platform,
        image.digest or "",
        "" if image.size is None else str(image.size),
        str(count),
        *packed([text for layer in image.layers for text in (layer.digest, str(layer.size), layer.created_by)]),
        *packed(config.entrypoint),
        *packed(config.cmd),
        *packed([text for pair in config.env for text in pair]),
        config.user,
        config.workdir,
        *packed(config.healthcheck),
        *packed(config.shell),
        *packed(image.provenance or ()),
        *packed(list(kinds)),
        *packed(blocks),
    ]
    if any("\0" in field for field in fields):
        raise ValueError("a field holds a NUL")
    return writer.add("\0".join(fields).encode("utf-8", "surrogateescape"), "image")


def unpack_image(store: Store, number: int, reference: str, source: str) -> Image:
    """The image whose head is in that blob."""
    fields = iter(store.blob(number).decode("utf-8", "surrogateescape").split("\0"))
    try:
        platform, digest, size, count = [next(fields) for _ in range(4)]
        layers = unpacked(fields)
        entrypoint, cmd, env = unpacked(fields), unpacked(fields), unpacked(fields)
        user, workdir = next(fields), next(fields)
        healthcheck, shell, provenance = unpacked(fields), unpacked(fields), unpacked(fields)
        kinds, blocks = unpacked(fields), unpacked(fields)
        firsts, numbers = blocks[::2], [int(each, 16) for each in blocks[1::2]]
        if len(firsts) != len(numbers) or list(firsts) != sorted(firsts):
            store.damaged()
        nodes = Nodes(store, kinds, firsts, numbers, int(count))
        return Image(
            reference=reference,
            source=source,
            digest=digest or None,
            platform=platform,
            size=int(size) if size else None,
            layers=tuple(Layer(*each) for each in zip(layers[::3], map(int, layers[1::3]), layers[2::3], strict=True)),
            config=Config(
                entrypoint, cmd, tuple(zip(env[::2], env[1::2], strict=True)), user, workdir, healthcheck, shell
            ),
            tree=Tree(nodes),
            provenance=Provenance(*provenance) if provenance else None,
        )
    except (ValueError, TypeError, StopIteration) as reason:
        store.damaged(reason)


class Nodes(LazyNodes):
    """Paths to nodes, a block of them read when one of its paths is asked for.

    `load` gives a file's `load`, of where its content is and of which layer it is from; content is in `store` itself
    where there is none.
    """

    __slots__ = ("_blocks", "_count", "_firsts", "_kinds", "_known", "_load", "_numbers", "_store")

    def __init__(
        self,
        store: Store,
        kinds: tuple[str, ...],
        firsts: tuple[str, ...],
        numbers: list[int],
        count: int,
        load: Callable[[str, int | None], Callable[[], Content]] | None = None,
    ) -> None:
        self._store = store
        self._load = load or (lambda where, _: partial(load_content, store, where))
        self._kinds = kinds
        self._firsts = firsts
        self._numbers = numbers
        self._count = count
        self._blocks: dict[int, dict[str, tuple[str, str]]] = {}
        self._known: dict[str, Node] = {}

    def get(self, path: str, _: object = None) -> Node | None:  # type: ignore[override]
        known = self._known.get(path)
        if known is None:
            position = bisect_right(self._firsts, path) - 1
            found = self._block(position).get(path) if position >= 0 else None
            if found is not None:
                known = self._known[path] = self._node(*found)
        return known

    def __iter__(self) -> Iterator[str]:
        for position in range(len(self._numbers)):
            yield from self._block(position)

    def __len__(self) -> int:
        return self._count

    def _block(self, position: int) -> dict[str, tuple[str, str]]:
        block = self._blocks.get(position)
        if block is None:
            text = self._store.blob(self._numbers[position]).decode("utf-8", "surrogateescape")
            together, _, rest = text.partition("\0\0")
            paths = together.split("\0")
            more = rest[len(paths) :].split("\0")
            if len(more) != len(paths) or not self._is_in_order(position, paths):
                self._store.damaged()
            block = self._blocks[position] = dict(zip(paths, zip(rest, more), strict=False))  # noqa: B905
        return block

    def _is_in_order(self, position: int, paths: list[str]) -> bool:
        """Whether a look-up would find these paths in that block."""
        ends = position + 1 == len(self._firsts) or paths[-1] < self._firsts[position + 1]
        return ends and paths[0] == self._firsts[position] and paths == sorted(paths)

    def _node(self, sign: str, more: str) -> Node:
        try:
            return node_of(self._kinds[_index(sign)], more, self._load)
        except (ValueError, IndexError) as reason:
            self._store.damaged(reason)


def node_of(kind: str, more: str, load: Callable[[str, int | None], Callable[[], Content]]) -> Node:
    """The node that a block describes; ValueError or IndexError where it does not."""
    what, *numbers = kind.split(" ")
    if what == "l":
        return Link(more)
    mode, uid, gid = int(numbers[0], 8), int(numbers[1]), int(numbers[2])
    if what == "d":
        return Directory(mode, uid, gid)
    if what != "f":
        return Special(what, mode, uid, gid)
    size, _, content = more.partition(":")
    layer = int(numbers[3]) if len(numbers) > 3 else None
    return File(mode, uid, gid, int(size), layer, load(content, layer) if content else nothing)


def blocks_of(tree: Tree) -> Iterator[list[str]]:
    """The paths sorted, in runs of about a block, cut between directories where that can be."""
    block: list[str] = []
    length = 0
    folder = ""
    for path in sorted(tree):
        above = path.rpartition("/")[0]
        if (length > _FULL and above != folder) or length > _OVERFULL:
            yield block
            block, length = [], 0
        folder = above
        block.append(path)
        length += len(path) + 8
    if block:
        yield block


def pack_block(
    nodes: Sequence[tuple[str, Node | str]], kinds: dict[str, str], content: Callable[[File, str], str]
) -> bytes:
    """One block; a string in place of a node is where a hard link leads. `content` says where a file's content is."""
    signs, more = [], []
    for path, node in nodes:
        text = ""
        if isinstance(node, str):
            kind, text = "h", node
        elif isinstance(node, Link):
            kind, text = "l", node.target
        elif isinstance(node, File):
            layer = "" if node.layer is None else f" {node.layer}"
            kind = f"f {node.mode:o} {node.uid} {node.gid}{layer}"
            text = str(node.size) + content(node, path)
        elif isinstance(node, Special):
            kind = f"{node.kind} {node.mode:o} {node.uid} {node.gid}"
        else:
            kind = f"d {node.mode:o} {node.uid} {node.gid}"
        signs.append(kinds.setdefault(kind, _sign(len(kinds))))
        more.append(text)
    paths = chr(0).join([path for path, _ in nodes])
    return f"{paths}\0\0{''.join(signs)}{chr(0).join(more)}".encode("utf-8", "surrogateescape")


def unpack_block(data: bytes, kinds: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Path, kind and what else is said of each; ValueError or IndexError where it is no block."""
    together, _, rest = data.decode("utf-8", "surrogateescape").partition("\0\0")
    paths = together.split("\0")
    for path, sign, more in zip(paths, rest[: len(paths)], rest[len(paths) :].split("\0"), strict=True):
        yield path, kinds[_index(sign)], more


def pack_content(content: Content, path: str, writer: Writer) -> str:
    """Writes it, and says where."""
    name = path.rpartition("/")[2]
    text = ""
    if content.elf is not None:
        text = f":e{_pack_facts(content.elf, content.loader, name, writer)}"
    elif content.text is not None:
        text = f":t{writer.add(content.text, 'text ' + name):x}"
    elif content.head:
        text = f":h{writer.add(content.head, 'head'):x}"
    return text + (f":u{_pack_facts(content.unmarked, None, name, writer)}" if content.unmarked is not None else "")


def _pack_facts(elf: Elf, loader: Loader | None, name: str, writer: Writer) -> str:
    kin = (elf.soname or name).split(".so")[0].rstrip("0123456789.-")
    return f"{writer.add(pack_elf(elf, loader, writer.name), 'elf ' + kin):x}"


def load_content(store: Store, where: str) -> Content:
    """The content in the blobs that `where` names: "e5f", "t60", "h61:u62"."""
    content = NOTHING
    try:
        for each in where.split(":"):
            data = store.blob(int(each[1:], 16))
            if each[0] == "e":
                content = unpack_elf(data, store)
            elif each[0] == "u":
                content = content._replace(unmarked=unpack_elf(data, store).elf)
            else:
                content = Content(data[:HEAD], None, None, data if each[0] == "t" else None)
    except (ValueError, IndexError) as reason:
        store.damaged(reason)
    return content


def _sign(index: int) -> str:
    """A character for each kind of node, surrogates left out."""
    number = _FIRST_KIND + index
    return chr(number if number < _SURROGATES else number + 0x800)


def _index(sign: str) -> int:
    number = ord(sign)
    return (number if number < _SURROGATES else number - 0x800) - _FIRST_KIND


def packed(values: tuple[str, ...] | list[str]) -> Iterator[str]:
    yield str(len(values))
    yield from values


def unpacked(fields: Iterator[str]) -> tuple[str, ...]:
    return tuple([next(fields) for _ in range(int(next(fields)))])
