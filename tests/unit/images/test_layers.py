"""Layers to trees; the entries are literals."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from libccheck.errors import LibccheckError
from libccheck.images.layers import Entry, merge, size
from libccheck.model import Directory, Link, Node
from tests.archives import directory, fifo, file, link

A, B = file(b"a"), file(b"bb")


def merged(*layers: Mapping[str, Node | str]) -> dict[str, Node]:
    """Layers as path to node; a string is the target of a hard link."""
    tree = merge(
        [Entry(path, None, node) if isinstance(node, str) else Entry(path, node) for path, node in layer.items()]
        for layer in layers
    )
    return {path: tree.nodes[path] for path in tree if path != "/"}


def test_parents_that_no_layer_names_are_made() -> None:
    assert merged({"usr/bin/env": A}) == {"/usr": directory(), "/usr/bin": directory(), "/usr/bin/env": A}


def test_a_higher_layer_replaces_a_file() -> None:
    assert merged({"a": A}, {"a": B}) == {"/a": B}


def test_a_directory_keeps_what_is_in_it_and_takes_the_new_mode() -> None:
    assert merged({"d": directory(), "d/a": A}, {"d/": directory(0o700)}) == {"/d": directory(0o700), "/d/a": A}


def test_a_file_in_place_of_a_directory_takes_all_below_it_away() -> None:
    assert merged({"d/a": A, "d/b/c": A}, {"d": B}) == {"/d": B}


def test_a_directory_in_place_of_a_link_leaves_the_links_target_alone() -> None:
    assert merged({"real/a": A, "d": link("real")}, {"d/": directory(), "d/b": B}) == {
        "/real": directory(),
        "/real/a": A,
        "/d": directory(),
        "/d/b": B,
    }


def test_a_whiteout_hides_a_lower_file() -> None:
    assert merged({"d/a": A, "d/b": B}, {"d/.wh.a": file()}) == {"/d": directory(), "/d/b": B}


def test_a_whiteout_hides_a_lower_directory_and_all_below_it() -> None:
    assert merged({"d/e/a": A}, {".wh.d": file()}) == {}


def test_a_whiteout_spares_what_its_own_layer_brings() -> None:
    for layer in ({"d/.wh.a": file(), "d/a": B}, {"d/a": B, "d/.wh.a": file()}):
        assert merged({"d/a": A}, layer)["/d/a"] == B


def test_a_hidden_directory_that_its_own_layer_fills_has_nothing_of_the_old_one() -> None:
    lower: dict[str, Node | str] = {"d": directory(0o700), "d/old": A}
    for layer in ({"d/new": B, ".wh.d": file()}, {".wh.d": file(), "d/new": B}):
        assert merged(lower, layer) == {"/d": directory(), "/d/new": B}


def test_an_opaque_directory_hides_lower_layers_wherever_its_mark_stands() -> None:
    lower: dict[str, Node | str] = {"d": directory(0o700), "d/old": A, "d/e/old": A}
    for layer in (
        {"d/.wh..wh..opq": file(), "d/e/new": B},
        {"d/e/new": B, "d/.wh..wh..opq": file()},
    ):
        assert merged(lower, layer) == {"/d": directory(0o700), "/d/e": directory(), "/d/e/new": B}


def test_an_opaque_mark_in_a_directory_that_replaced_a_link_does_not_reach_through_the_link() -> None:
    found = merged({"usr/lib/a": A, "lib": link("usr/lib")}, {"lib/": directory(), "lib/.wh..wh..opq": file()})
    assert found["/usr/lib/a"] == A
    assert isinstance(found["/lib"], Directory)


def test_a_whiteout_reaches_through_a_linked_directory() -> None:
    assert "/usr/lib/a" not in merged({"usr/lib/a": A, "lib": link("usr/lib")}, {"lib/.wh.a": file()})


def test_a_whiteout_of_nothing_is_nothing() -> None:
    assert merged({"a": A}, {"no/.wh.such": file(), ".wh.thing": file()}) == {"/a": A}


def test_marks_of_aufs_are_not_files() -> None:
    assert merged({".wh..wh.plnk": directory(), ".wh..wh.aufs": file(), "a": A}) == {"/a": A}


@pytest.mark.parametrize("name", [".wh.", ".wh..", ".wh..."])
def test_a_whiteout_that_names_nothing_is_refused(name: str) -> None:
    with pytest.raises(LibccheckError, match="which names nothing"):
        merged({"d/a": A}, {f"d/{name}": file()})


def test_whiteouts_of_a_root_archive_are_ordinary_files() -> None:
    tree = merge([[Entry(".wh.a", A)]], whiteouts=False)
    assert tree.nodes.get("/.wh.a") == A


def test_a_linked_directory_is_written_through() -> None:
    assert merged({"usr/lib": directory(), "lib": link("usr/lib")}, {"lib/a": A}) == {
        "/usr": directory(),
        "/usr/lib": directory(),
        "/usr/lib/a": A,
        "/lib": Link("usr/lib"),
    }


def test_an_absolute_link_is_inside_the_root() -> None:
    assert merged({"lib": link("/usr/lib"), "lib/a": A})["/usr/lib/a"] == A


def test_a_link_that_climbs_stays_in_the_root() -> None:
    assert merged({"d/out": link("../../../../etc"), "d/out/passwd": A})["/etc/passwd"] == A


@pytest.mark.parametrize("path", ["/a", "./a", "../a", "../../a", "x/../../a", "//a//"])
def test_names_never_leave_the_root(path: str) -> None:
    assert merged({path: A}) == {"/a": A}


def test_a_hard_link_is_the_same_file() -> None:
    found = merged({"a": A, "b": "a"})
    assert found["/b"] is found["/a"]


def test_a_hard_link_reaches_into_a_lower_layer() -> None:
    assert merged({"d/a": A}, {"b": "d/a"})["/b"] == A


def test_a_hard_link_outlives_its_target() -> None:
    assert merged({"a": A}, {"b": "a"}, {".wh.a": file()}) == {"/b": A}


def test_a_hard_link_to_a_link_is_a_link() -> None:
    assert merged({"a": link("x"), "b": "/a"})["/b"] == Link("x")


@pytest.mark.parametrize("target", ["missing", "d", "", "no/such"])
def test_a_hard_link_to_nothing_is_refused(target: str) -> None:
    with pytest.raises(LibccheckError, match="is a hard link to"):
        merged({"d/x": A}, {"b": "d/../" + target})


def test_a_path_below_a_file_is_refused() -> None:
    with pytest.raises(LibccheckError, match="below a file"):
        merged({"a": A}, {"a/b": B})


def test_a_loop_of_links_on_the_way_is_refused() -> None:
    with pytest.raises(LibccheckError, match="too many links"):
        merged({"a": link("b"), "b": link("a"), "a/c": A})


def test_devices_are_there() -> None:
    assert merged({"pipe": fifo()}) == {"/pipe": fifo()}


def test_the_root_itself_may_be_named() -> None:
    assert merge([[Entry("./", directory(0o700))]]).nodes["/"] == directory(0o700)


def test_a_file_with_two_names_counts_once() -> None:
    assert size(merge([[Entry("a", B), Entry("b", None, "a"), Entry("c", A)]])) == 3
