"""Merging layers against laws, and against a slow model that follows the specification sentence by sentence."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from libccheck.images.layers import Entry, merge
from libccheck.model import Directory, File, Node
from libccheck.tree import Tree
from tests.archives import directory, file, plain

_NAMES = st.sampled_from(["a", "b", "c"])
_PATHS = st.lists(_NAMES, min_size=1, max_size=3).map("/".join)


@st.composite
def _layers(draw: st.DrawFn) -> list[list[Entry]]:
    return [_layer(draw, number) for number in range(draw(st.integers(1, 4)))]


def _layer(draw: st.DrawFn, number: int) -> list[Entry]:
    """Entries that fit each other: what has something below it is a directory. Whiteouts stand anywhere."""
    entries: dict[str, Node] = {}
    for path in sorted(draw(st.sets(_PATHS, max_size=5))):
        parts = path.split("/")
        for depth in range(1, len(parts)):
            entries.setdefault("/".join(parts[:depth]), directory(0o711))
            if isinstance(entries["/".join(parts[:depth])], File):
                entries["/".join(parts[:depth])] = directory(0o722)
        entries.setdefault(path, directory(0o700 + number) if draw(st.booleans()) else _file(path, number))
    hidden = draw(st.sets(_PATHS, max_size=2)) - set(entries)
    whiteouts = [Entry(_whiteout(path), file()) for path in sorted(hidden)]
    opaque = [path for path, node in entries.items() if isinstance(node, Directory) and draw(st.booleans())]
    whiteouts += [Entry(f"{path}/.wh..wh..opq", file()) for path in opaque]
    return [*(Entry(path, node) for path, node in sorted(entries.items())), *draw(st.permutations(whiteouts))]


def _file(path: str, number: int) -> File:
    return file(f"{path} {number}".encode(), layer=number)


def _whiteout(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}.wh.{name}"


def _model(layers: list[list[Entry]]) -> dict[str, Node]:
    """The specification: take away what the layer hides of the lower ones, then put its own entries over the rest."""
    nodes: dict[str, Node] = {}
    for entries in layers:
        own = {entry.path: entry.node for entry in entries if ".wh." not in entry.path and entry.node is not None}
        for entry in entries:
            folder, _, name = entry.path.rpartition("/")
            if name == ".wh..wh..opq":
                nodes = {path: node for path, node in nodes.items() if not path.startswith(f"{folder}/")}
            elif name.startswith(".wh."):
                gone = f"{folder}/{name[4:]}".lstrip("/")
                nodes = {path: node for path, node in nodes.items() if path != gone and not path.startswith(f"{gone}/")}
        for path, node in sorted(own.items()):
            if not isinstance(node, Directory):
                nodes = {each: kept for each, kept in nodes.items() if not each.startswith(f"{path}/")}
            nodes[path] = node
    return {f"/{path}": node for path, node in nodes.items()}


@given(_layers())
def test_layers_merge_as_the_specification_says(layers: list[list[Entry]]) -> None:
    tree = merge(layers)
    assert {path: tree.nodes[path] for path in tree if path != "/"} == _model(layers)


@given(_layers(), st.randoms())
def test_where_a_layers_whiteouts_stand_does_not_matter(layers: list[list[Entry]], random: Random) -> None:
    def shuffled(layer: list[Entry]) -> list[Entry]:
        hides = [entry for entry in layer if ".wh." in entry.path]
        rest = [entry for entry in layer if ".wh." not in entry.path]
        for entry in hides:
            rest.insert(random.randint(0, len(rest)), entry)
        return rest

    assert plain(merge(layers)) == plain(merge([shuffled(layer) for layer in layers]))


@given(_layers())
def test_a_layer_twice_is_that_layer_once(layers: list[list[Entry]]) -> None:
    assert plain(merge(layers)) == plain(merge([*layers, layers[-1]]))


@given(_layers())
def test_an_empty_layer_changes_nothing(layers: list[list[Entry]]) -> None:
    assert plain(merge(layers)) == plain(merge([[], *layers, []]))


@given(_layers())
def test_every_node_has_a_directory_above_it(layers: list[list[Entry]]) -> None:
    tree: Tree = merge(layers)
    for path in tree:
        assert isinstance(tree.nodes[path.rpartition("/")[0] or "/"], Directory)


@given(_layers())
def test_an_opaque_root_leaves_only_the_last_layer(layers: list[list[Entry]]) -> None:
    last = [Entry(".wh..wh..opq", file()), *layers[-1]]
    assert plain(merge([*layers[:-1], last])) == plain(merge([last]))
