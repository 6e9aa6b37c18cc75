"""Tree.resolve against the real kernel: random trees of directories, files and links, walked in a chroot."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, NoReturn

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from libccheck.model import Directory, File, Link, Node, User
from libccheck.tree import Tree
from tests import toolchains
from tests.reality import syscalls

_NOBODY = 65534
_O_PATH = 0o10000000

Answer = tuple[str, str]
"""errno name or "", real path (only where there is no errno)"""

_NOWHERE = ("the working directory cannot be entered", "")


class Walk(NamedTuple):
    path: str
    cwd: str
    follow: bool


_NAMES = st.sampled_from(["a", "b", "c"])
_LONG = st.sampled_from(["n" * 255, "n" * 256, "ä" * 127, "ä" * 128])
_PARTS = st.one_of(*[_NAMES] * 9, st.sampled_from(["..", ".", ""]), _LONG)
_PATHS = st.lists(_PARTS, max_size=4).map("/".join)
_ENDS = st.sampled_from(["", "", "/"])
_TARGETS = st.builds("{}{}{}".format, st.sampled_from(["", "/", "../"]), _PATHS, _ENDS).map(lambda text: text or ".")
_MODES = st.sampled_from([0o755, 0o755, 0o711, 0o700, 0o744, 0o070, 0o007])
_ENTRIES = st.one_of(
    st.tuples(st.just("directory"), _MODES),
    st.tuples(st.just("directory"), _MODES),
    st.tuples(st.just("file"), _MODES),
    st.tuples(st.just("link"), _TARGETS),
    st.tuples(st.just("link"), _TARGETS),
)
_TREES = st.dictionaries(st.lists(_NAMES, min_size=1, max_size=3).map("/".join), _ENTRIES, min_size=1, max_size=9)
_WALKS = st.lists(
    st.builds(Walk, st.tuples(st.sampled_from(["", "/"]), _TARGETS).map("".join), _PATHS, st.booleans()), min_size=4
)


@example({"a": ("directory", 0o700), "a/b": ("file", 0o755)}, 0o755, [Walk("/a/b", "/", True)])
@example({"a": ("link", "b"), "b": ("link", "a/")}, 0o755, [Walk("/a", "/", True), Walk("/b", "/", False)])
@given(entries=_TREES, top=_MODES, walks=_WALKS)
@settings(max_examples=150)
def test_walk_ends_where_the_kernel_ends_it(
    entries: Mapping[str, tuple[str, int | str]], top: int, walks: list[Walk]
) -> None:
    tree, directories = _tree(entries, top)
    walks = [walk._replace(cwd="/" + walk.cwd if "/" + walk.cwd in directories else "/") for walk in walks]
    with _root(tree) as root:
        real = _really(root, walks)
    user = User(*_user())
    for walk, (name, path) in zip(walks, real, strict=True):
        if (name, path) == _NOWHERE:
            continue
        event(name or "found")
        found = tree.resolve(walk.path, walk.cwd, follow=walk.follow, user=user)
        assert (found.errno or "", "" if found.errno else found.path) == (name, path), walk


def test_chains_of_links_end_where_the_kernel_ends_them() -> None:
    nodes: dict[str, Node] = {"/": Directory(0o755, *_owner()), "/x": File(0o644, *_owner(), 0, None, _nothing)}
    nodes |= {f"/l{number}": Link(f"l{number - 1}" if number else "x") for number in range(45)}
    tree = Tree(nodes)
    walks = [Walk(f"/l{number}", "/", True) for number in range(45)]
    with _root(tree) as root:
        real = _really(root, walks)
    predicted = [tree.resolve(walk.path) for walk in walks]
    assert [(each.errno or "", "" if each.errno else each.path) for each in predicted] == real
    assert real.count(("ELOOP", "")) == 5


def _tree(entries: Mapping[str, tuple[str, int | str]], top: int) -> tuple[Tree, set[str]]:
    """What the entries make where none stands below another that is not a directory."""
    nodes: dict[str, Node] = {"/": Directory(top, *_owner())}
    for path, (kind, value) in sorted(entries.items()):
        above = "/" + path.rpartition("/")[0]
        if not isinstance(nodes.get(above), Directory):
            continue
        if isinstance(value, str):
            nodes[f"/{path}"] = Link(value)
        elif kind == "directory":
            nodes[f"/{path}"] = Directory(value, *_owner())
        else:
            nodes[f"/{path}"] = File(value, *_owner(), 0, None, _nothing)
    return Tree(nodes), {path for path, node in nodes.items() if isinstance(node, Directory)}


def _nothing() -> NoReturn:
    raise AssertionError("nobody reads it")


@contextlib.contextmanager
def _root(tree: Tree) -> Iterator[str]:
    """The tree on disk; modes are set last, and widened again so that it can be removed."""
    root = tempfile.mkdtemp(prefix="libccheck-walk-")
    try:
        for path in sorted(tree):
            node = tree.nodes.get(path)
            real = root + path
            if isinstance(node, Link):
                os.symlink(node.target, real)
            elif isinstance(node, File):
                Path(real).touch()
                os.chmod(real, node.mode)
            elif path != "/":
                os.mkdir(real)
        for path in sorted(tree, reverse=True):
            node = tree.nodes.get(path)
            if isinstance(node, Directory):
                os.chmod(root + path, node.mode)
        yield root
    finally:
        for path in sorted(tree):
            if isinstance(tree.nodes.get(path), Directory):
                os.chmod(root + path, 0o700)
        shutil.rmtree(root)


def _owner() -> tuple[int, int]:
    return os.getuid(), os.getgid()


def _user() -> tuple[int, int]:
    """Who walks: not root, whose every search succeeds."""
    return (os.getuid(), os.getgid()) if os.getuid() else (_NOBODY, _NOBODY)


def _really(root: str, walks: list[Walk]) -> list[Answer]:
    """Walk in a child that has gone into `root` and given up what it may."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        answers: list[Answer] | str = "the child died"
        try:
            answers = _walk_all(root, walks)
        except BaseException as error:
            answers = repr(error)
        finally:
            with os.fdopen(writing, "w") as pipe:
                json.dump(answers, pipe)
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answers = json.load(pipe)
    os.waitpid(child, 0)
    if isinstance(answers, str):
        toolchains.missing(f"no process can be put into a root here: {answers}")
    return [(name, path) for name, path in answers]


def _walk_all(root: str, walks: list[Walk]) -> list[Answer]:
    opened = os.open("/proc/self/fd", os.O_RDONLY | os.O_DIRECTORY)
    if os.getuid():
        syscalls.call("unshare", syscalls.NEW_USERS)
    try:
        os.chroot(root)
    except OSError as error:
        if error.errno != errno.EACCES:
            raise
        return [_NOWHERE] * len(walks)  # its owner may not go there, and is nobody else
    if os.getuid():
        syscalls.drop_capabilities()
    else:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    return [_walk(walk, opened) for walk in walks]


def _walk(walk: Walk, opened: int) -> Answer:
    try:
        os.chdir(walk.cwd)
    except PermissionError:
        return _NOWHERE
    try:
        found = os.open(walk.path, _O_PATH | (0 if walk.follow else os.O_NOFOLLOW))
    except OSError as error:
        return errno.errorcode[error.errno or 0], ""
    try:
        return "", os.readlink(str(found), dir_fd=opened)
    finally:
        os.close(found)


def test_this_machine_lets_us_compare() -> None:
    assert _really("/", [Walk("/", "/", True)]) == [("", "/")]
