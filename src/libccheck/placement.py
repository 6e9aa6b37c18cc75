"""Placing programs and files into an image's tree as COPY does it (`tonistiigi/fsutil/copy` of BuildKit)."""

from __future__ import annotations

from collections.abc import Mapping

from libccheck.errors import LibccheckError
from libccheck.launch.lookup import look_path
from libccheck.model import Directory, File, Link, Node, Process, Program
from libccheck.record import NamedTuple
from libccheck.tree import Tree

_MAX_LINKS = 40
_LAZY = frozenset(("java", "javac", "node", "nodejs", "php", "php-cgi", "php-fpm"))


class Copy(NamedTuple):
    """What one `--copy SRC:DEST` places: `nodes` by their path below the source, "" being the source itself."""

    source: str
    destination: str
    nodes: Mapping[str, Node]


class LoadedBy(NamedTuple):
    """The program that loads the libraries of a check: as the user names it; `program`: if this machine has it."""

    name: str
    program: Program | None


def place_loader(tree: Tree, process: Process, loader: LoadedBy) -> tuple[Tree, str]:
    """The path of that program in the image; where the image has none, this machine's is placed as programs are."""
    if "/" in loader.name:
        path: str | None = _absolute(loader.name, process.cwd)
        there = tree.resolve(path or "").node is not None
    else:
        path, _ = look_path(tree, loader.name, process)
        there = path is not None
    if there or loader.program is None:
        return tree, path or loader.name
    place = place_of(loader.name, None, process.cwd)
    return place_program(tree, loader.program, place), place


def binds_lazily(path: str) -> bool:
    """Whether a program of that name calls dlopen(3) with RTLD_LAZY: what is not known here insists on RTLD_NOW."""
    return file_name(path).rstrip("0123456789.-") in _LAZY


def place_of(program: str, at: str | None, workdir: str) -> str:
    """The absolute path in the image at which a program is placed and run."""
    name = file_name(program)
    if at is None:
        return f"/{name}"
    return _absolute(at + name if at.endswith("/") else at, workdir)


def place_program(tree: Tree, program: Program, place: str) -> Tree:
    """The tree with the program in it; what `place` leads to is replaced, unless it is a directory."""
    node: Node = Directory(program.mode, 0, 0)
    if not program.directory:
        node = File(program.mode, 0, 0, program.size, None, lambda: program.content)
    return tree.overlay({land_program(tree, program, place): node})


def land_program(tree: Tree, program: Program, place: str) -> str:
    """The real path that the program comes to stand at."""
    path, there = _landing(tree, place)
    if isinstance(there, Directory):
        raise LibccheckError(
            f"cannot place {program.path} at {place}: a directory is there", hint="name another path with --at"
        )
    return path


def place_copy(tree: Tree, copy: Copy, workdir: str) -> Tree:
    """The tree after COPY SRC DEST: modes and links are kept, the owner is root."""
    landed = land_copy(tree, copy, workdir)
    return tree.overlay({path: _owned_by_root(copy.nodes[below]) for path, below in landed.items()})


def land_copy(tree: Tree, copy: Copy, workdir: str) -> dict[str, str]:
    """The real paths that COPY SRC DEST writes, parents first, each with its path below the source."""
    top = copy.nodes[""]
    destination = _absolute(copy.destination, workdir)
    path, there = _landing(tree, destination)
    if isinstance(top, Directory):
        return _directory_over(tree, copy, path, there)
    if copy.destination.endswith(("/", "/.")) or isinstance(there, Directory):
        if there is not None and not isinstance(there, Directory):
            raise _unplaceable(copy, f"{destination} is not a directory")
        path = _join(path, file_name(copy.source))
        there = tree.nodes.get(path)
    if isinstance(there, Directory):
        raise _unplaceable(copy, f"cannot replace the directory {path} with a file")
    return {path: ""}


def file_name(path: str) -> str:
    """The last component of a path as the user wrote it; "program" for one that has none, as "." or "/"."""
    name = path.rstrip("/").rpartition("/")[2]
    return "program" if name in ("", ".", "..") else name


def _directory_over(tree: Tree, copy: Copy, target: str, there: Node | None) -> dict[str, str]:
    """What a copied directory adds; like BuildKit it does not go through links that stand below the destination."""
    if there is not None and not isinstance(there, Directory):
        raise _unplaceable(copy, f"{target} is not a directory")
    landed: dict[str, str] = {}
    for below, node in copy.nodes.items():
        path = _join(target, below) if below else target
        existing = tree.nodes.get(path)
        if isinstance(node, Directory):
            if existing is not None and not isinstance(existing, Directory):
                raise _unplaceable(copy, f"cannot copy to non-directory {path}")
            if existing is not None:
                continue
        elif isinstance(existing, Directory):
            raise _unplaceable(copy, f"cannot replace the directory {path} with a file")
        landed[path] = below
    return landed


def _landing(tree: Tree, path: str) -> tuple[str, Node | None]:
    """The real path that an absolute path leads to, through every link inside the root, and what stands there."""
    todo = [part for part in reversed(path.split("/")) if part]
    here, links = "/", 0
    while todo:
        part = todo.pop()
        if part == ".":
            continue
        if part == "..":
            here = here.rpartition("/")[0] or "/"
            continue
        below = _join(here, part)
        node = tree.nodes.get(below)
        if isinstance(node, Link):
            links += 1
            if links > _MAX_LINKS:
                raise LibccheckError(f"cannot place anything at {path}: too many levels of symbolic links")
            here = "/" if node.target.startswith("/") else here
            todo.extend(each for each in reversed(node.target.split("/")) if each)
            continue
        if todo and node is not None and not isinstance(node, Directory):
            raise LibccheckError(f"cannot place anything at {path}: {below} is not a directory")
        here = below
    return here, tree.nodes.get(here)


def _absolute(path: str, workdir: str) -> str:
    return path if path.startswith("/") else _join(workdir.rstrip("/") or "/", path)


def _join(directory: str, name: str) -> str:
    return f"/{name}" if directory == "/" else f"{directory}/{name}"


def _owned_by_root(node: Node) -> Node:
    return node if isinstance(node, Link) else node._replace(uid=0, gid=0)


def _unplaceable(copy: Copy, message: str) -> LibccheckError:
    return LibccheckError(
        f"cannot copy {copy.source} to {copy.destination}: {message}", hint="name the directory that it really is"
    )
