"""The loaders in an image, where their paths lead, where they look, and which libraries are there."""

from __future__ import annotations

from collections.abc import Mapping

from libccheck.interpreters import PATHS, interpreter_libc
from libccheck.launch.glibc.cache import directories as cached_directories
from libccheck.launch.glibc.cachefile import find_table
from libccheck.launch.glibc.release import release
from libccheck.launch.search import split
from libccheck.libc import version_by_name
from libccheck.machines import machine_name
from libccheck.model import Directory, Elf, File, Link, Loader
from libccheck.record import NamedTuple
from libccheck.tree import Tree

_CACHE = "/etc/ld.so.cache"
_ET_DYN = 3
_PAGE = 4096


class LoaderAt(NamedTuple):
    """A path that programs name as their loader. leads_to: the real path; None where it leads nowhere.

    trouble: why the kernel could not use it, as "is not executable"; None where it could. family and version: by its
    content; None where that is unknown. directories: where it looks by default, in order.
    """

    path: str
    leads_to: str | None
    trouble: str | None
    machine: str | None
    family: str | None
    version: str | None
    directories: tuple[str, ...]


class Library(NamedTuple):
    """A shared library in a default directory: the name that it is found by, and its real path."""

    name: str
    path: str


def loaders(tree: Tree) -> tuple[LoaderAt, ...]:
    """Those at the paths that toolchains write, then those that stand anywhere else, each by one path."""
    found = [each for each in (_loader(tree, path) for path in PATHS) if each]
    known = {each.leads_to for each in found}
    others = [path for path in tree if path.rpartition("/")[2].startswith("ld") and interpreter_libc(path)]
    for path in sorted(others, key=lambda path: (isinstance(tree.nodes.get(path), File), path)):
        loader = _loader(tree, path) if path not in PATHS else None
        if loader is not None and loader.family is not None and loader.leads_to not in known:
            known.add(loader.leads_to)
            found.append(loader)
    return tuple(found)


def libraries(tree: Tree, directories: tuple[str, ...]) -> tuple[Library, ...]:
    """What a loader finds by soname in these directories; of two with the same name the first one."""
    real = {tree.resolve(directory).path: None for directory in directories if tree.resolve(directory).errno is None}
    names = _names(tree, real)
    found: dict[str, Library] = {}
    for directory in real:
        for name in sorted(names[directory]):
            at = tree.resolve(f"{directory.rstrip('/')}/{name}")
            elf = at.node.load().elf if isinstance(at.node, File) else None
            if elf is not None and elf.kind == _ET_DYN and elf.soname in (name, None) and elf.tags:
                found.setdefault(name, Library(name, at.path))
    return tuple(sorted(found.values()))


def _names(tree: Tree, directories: Mapping[str, None]) -> dict[str, list[str]]:
    """What looks like a library in each of these directories."""
    names: dict[str, list[str]] = {directory: [] for directory in directories}
    for path in tree:
        directory, _, name = path.rpartition("/")
        if ".so" in name and (directory or "/") in names:
            names[directory or "/"].append(name)
    return names


def _loader(tree: Tree, path: str) -> LoaderAt | None:
    found = tree.resolve(path)
    if found.errno is not None:
        is_link = isinstance(tree.resolve(path, follow=False).node, Link)
        trouble = "leads in a circle" if found.errno == "ELOOP" else f"leads to {found.path}, which is not there"
        return LoaderAt(path, None, trouble, None, None, None, ()) if is_link else None
    if not isinstance(found.node, File):
        trouble = "is a directory" if isinstance(found.node, Directory) else "is no regular file"
        return LoaderAt(path, found.path, trouble, None, None, None, ())
    content = found.node.load()
    elf, loader = content.elf, content.loader
    trouble = ""
    if not found.node.mode & 0o111:
        trouble = "is not executable"
    elif elf is None:
        trouble = "is not an ELF file"
    return LoaderAt(
        path,
        found.path,
        trouble or None,
        machine_name(elf) if elf else None,
        loader.family if loader else None,
        loader.version or version_by_name(found.path) if loader else None,
        _directories(tree, path, loader, elf) if loader and elf else (),
    )


def _directories(tree: Tree, path: str, loader: Loader, elf: Elf) -> tuple[str, ...]:
    found = loader.directories
    if loader.family == "musl":
        name = path.rpartition("/")[2].removeprefix("ld-musl-").removesuffix(".so.1")
        text = _text(tree, f"/etc/ld-musl-{name}.path")
        if text is not None:
            paths = text.split(b"\0")[0].decode("utf-8", "surrogateescape")
            found = tuple(each for each in split(paths, ":\n") if each)
    elif loader.family == "glibc":
        text = _text(tree, _CACHE)
        number = release(loader)
        table = find_table(text, _PAGE, elf.machine, elf.little_endian, number) if text and number else None
        cached = cached_directories(table) if table else ()
        found = (*found, *(each for each in cached if not _is_hwcaps(each)))
    return tuple(dict.fromkeys(found))


def _is_hwcaps(directory: str) -> bool:
    return "/glibc-hwcaps/" in directory


def _text(tree: Tree, path: str) -> bytes | None:
    node = tree.resolve(path).node
    return node.load().text if isinstance(node, File) else None
