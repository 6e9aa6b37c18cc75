"""What an image offers to the programs that are put into it, as values."""

from __future__ import annotations

from libccheck.libc import image_libc, interpreter_text
from libccheck.model import File, Image
from libccheck.offers import system
from libccheck.offers.loaders import Library, LoaderAt, libraries, loaders
from libccheck.record import NamedTuple
from libccheck.tree import Tree


class Libc(NamedTuple):
    """family: "glibc", "musl", "uclibc"; version None where nobody knows."""

    family: str
    version: str | None


class Offers(NamedTuple):
    """libc: what the image's own programs use, None where it has no loader. directories: where that looks.

    size: of all files, in bytes. certificates, zoneinfo: where they are; None where they are missing. temporary: the
    mode of /tmp, None where there is none.
    """

    image: Image
    libc: Libc | None
    loaders: tuple[LoaderAt, ...]
    directories: tuple[str, ...]
    libraries: tuple[Library, ...]
    shells: tuple[system.Tool, ...]
    env: tuple[system.Tool, ...]
    certificates: str | None
    zoneinfo: str | None
    users: tuple[system.User, ...]
    temporary: str | None
    distribution: system.Distribution | None
    package_managers: tuple[str, ...]
    size: int


def offers_of(image: Image) -> Offers:
    """Everything that can be told of an image without a program."""
    tree = image.tree
    found = loaders(tree)
    libc = _libc(image, found)
    directories = _directories(found, libc)
    return Offers(
        image,
        libc,
        found,
        directories,
        libraries(tree, directories),
        system.shells(tree),
        system.env(tree),
        system.certificates(tree),
        system.zoneinfo(tree),
        system.users(tree),
        system.temporary(tree),
        system.distribution(tree),
        system.package_managers(tree),
        image.size if image.size is not None else _size(tree),
    )


def _libc(image: Image, found: tuple[LoaderAt, ...]) -> Libc | None:
    """That of the loader at a usual place; else of the one that the shell names; else of any."""
    usual = image_libc(image)
    usable = [each for each in found if each.trouble is None and each.family is not None]
    if usual is not None:
        by_path = (each.version for each in usable if each.family == usual.family)
        return Libc(usual.family, usual.version or next(by_path, None))
    shell = image.tree.resolve("/bin/sh").node
    elf = shell.load().elf if isinstance(shell, File) else None
    named = interpreter_text(elf) if elf is not None else None
    usable.sort(key=lambda each: each.path != named)
    return next((Libc(each.family, each.version) for each in usable if each.family is not None), None)


def _directories(found: tuple[LoaderAt, ...], libc: Libc | None) -> tuple[str, ...]:
    """Of the libc's own loader first, then of any other that the kernel could use."""
    usable = [each for each in found if each.trouble is None]
    if libc is not None:
        usable.sort(key=lambda each: each.family != libc.family)
    return tuple(dict.fromkeys(directory for each in usable for directory in each.directories))


def _size(tree: Tree) -> int:
    files = {id(node): node.size for node in map(tree.nodes.get, tree) if isinstance(node, File)}
    return sum(files.values())
