from __future__ import annotations

import pytest

from libccheck.model import Directory, File, Link, Node, Special, User
from libccheck.tree import EMPTY, Resolved, Tree, may
from tests.values import file, tree

SOMEBODY = User(1000, 1000, (50,))


def resolved(nodes: dict[str, Node | bytes | str], path: str, cwd: str = "/", user: User = SOMEBODY) -> Resolved:
    return tree(nodes).resolve(path, cwd, user=user)


def test_path_without_links_is_itself() -> None:
    found = resolved({"/usr/lib/x": b"x"}, "/usr/lib/x")
    assert (found.path, found.errno) == ("/usr/lib/x", None)
    assert isinstance(found.node, File)


@pytest.mark.parametrize("path", ["//usr//lib/x", "/usr/./lib/x", "/usr/../usr/lib/x", "/../../usr/lib/x"])
def test_dots_and_slashes_do_not_count(path: str) -> None:
    assert resolved({"/usr/lib/x": b"x"}, path).path == "/usr/lib/x"


def test_links_stay_inside_the_root() -> None:
    nodes: dict[str, Node | bytes | str] = {"/lib64": "/usr/lib", "/usr/lib/ld": "../../../../bin/x", "/bin/x": b"x"}
    assert resolved(nodes, "/lib64/ld").path == "/bin/x"


def test_dot_dot_behind_a_link_is_the_parent_of_its_target() -> None:
    assert resolved({"/a": "/b/c", "/b/c/d": b"", "/b/x": b"x"}, "/a/../x").path == "/b/x"


def test_dangling_link_tells_where_it_ended() -> None:
    assert resolved({"/a": "/b/c", "/b": Directory(0o755, 0, 0)}, "/a") == Resolved("/b/c", None, "ENOENT")


def test_last_link_is_kept_where_it_is_not_followed() -> None:
    found = tree({"/a": "/b"}).resolve("/a", follow=False)
    assert (found.path, found.node) == ("/a", Link("/b"))


def test_40_links_are_followed_and_41_are_not() -> None:
    nodes: dict[str, Node | bytes | str] = {"/l0": b"x", **{f"/l{number}": f"l{number - 1}" for number in range(1, 42)}}
    assert resolved(nodes, "/l40").path == "/l0"
    assert resolved(nodes, "/l41").errno == "ELOOP"


@pytest.mark.parametrize(
    ("path", "errno"),
    [
        ("", "ENOENT"),
        ("/nothing", "ENOENT"),
        ("/nothing/..", "ENOENT"),
        ("/file/x", "ENOTDIR"),
        ("/file/", "ENOTDIR"),
        ("/file/.", "ENOTDIR"),
        ("/link/", "ENOTDIR"),
        ("/loop", "ELOOP"),
        ("/loop/x", "ELOOP"),
        ("/" + "n" * 255, "ENOENT"),
        ("/" + "n" * 256, "ENAMETOOLONG"),
        ("/" + "ä" * 127, "ENOENT"),
        ("/" + "ä" * 128, "ENAMETOOLONG"),
        ("/" + "./" * 2046 + "xy", "ENOENT"),
        ("/" + "./" * 2047 + "x", "ENAMETOOLONG"),
        ("/private/x", "EACCES"),
        ("/private/", None),
        ("/private", None),
    ],
)
def test_errno_of_the_walk(path: str, errno: str | None) -> None:
    nodes: dict[str, Node | bytes | str] = {
        "/file": b"",
        "/link": "file",
        "/loop": "loop",
        "/private": Directory(0o700, 0, 0),
        "/private/x": b"",
    }
    assert resolved(nodes, path).errno == errno


def test_link_with_a_slash_behind_wants_a_directory() -> None:
    nodes: dict[str, Node | bytes | str] = {"/file": b"", "/dir": Directory(0o755, 0, 0), "/f": "file/", "/d": "dir/"}
    assert resolved(nodes, "/f").errno == "ENOTDIR"
    assert resolved(nodes, "/d").path == "/dir"


def test_relative_path_starts_at_the_working_directory() -> None:
    nodes: dict[str, Node | bytes | str] = {"/srv/x": b"", "/x": b""}
    assert resolved(nodes, "x", "/srv").path == "/srv/x"
    assert resolved(nodes, "../x", "/srv").path == "/x"
    assert resolved(nodes, "/x", "/srv").path == "/x"
    assert resolved(nodes, "x", "/nothing").errno == "ENOENT"


def test_root_searches_everything() -> None:
    nodes: dict[str, Node | bytes | str] = {"/private": Directory(0, 7, 7), "/private/x": b""}
    assert resolved(nodes, "/private/x", user=User()).errno is None


@pytest.mark.parametrize(
    ("mode", "uid", "gid", "allowed"),
    [
        (0o001, 0, 0, True),
        (0o010, 0, 1000, True),
        (0o010, 0, 50, True),
        (0o001, 0, 50, False),  # the group's bits count for its members, whatever others may
        (0o100, 1000, 0, True),
        (0o011, 1000, 0, False),
        (0o644, 1000, 1000, False),
    ],
)
def test_the_first_class_that_fits_decides(mode: int, uid: int, gid: int, allowed: bool) -> None:
    assert may(file(b"", mode, uid=uid, gid=gid), SOMEBODY, 1) is allowed


def test_root_executes_where_anybody_may() -> None:
    assert may(file(b"", 0o010, uid=7, gid=7), User(), 1)
    assert not may(file(b"", 0o666), User(), 1)
    assert may(file(b"", 0o000), User(), 4)
    assert may(Directory(0, 7, 7), User(), 1)
    assert not may(Special("c", 0o666, 0, 0), User(), 1)


def test_overlay_replaces_and_makes_parents() -> None:
    below = tree({"/usr/x": b"old", "/usr/y": b"kept"})
    above = below.overlay({"/usr/x": file(b"new", 0o755), "/opt/app/bin": file(b"app", 0o755)})
    node = above.resolve("/usr/x").node
    assert isinstance(node, File)
    assert node.load().head == b"new"
    assert above.resolve("/opt/app").node == Directory(0o755, 0, 0)
    assert set(above) == {"/", "/usr", "/usr/x", "/usr/y", "/opt", "/opt/app", "/opt/app/bin"}
    assert below.resolve("/opt").errno == "ENOENT"
    assert len(above.nodes) == 7
    assert isinstance(above.nodes["/usr/y"], File)
    with pytest.raises(KeyError):
        above.nodes["/nothing"]


def test_overlay_does_not_touch_directories_that_are_there() -> None:
    below = tree({"/private": Directory(0o700, 7, 7)})
    assert below.overlay({"/private/x": file()}).nodes["/private"] == Directory(0o700, 7, 7)


def test_empty_tree_has_a_root() -> None:
    assert EMPTY.resolve("/").node == Directory(0o755, 0, 0)
    assert Tree({}).resolve("/").errno == "ENOENT"
