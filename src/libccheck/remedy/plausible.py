"""What a distribution may well have a package of: libraries and programs by their names, as far as names can tell."""

from __future__ import annotations

import re

from libccheck.model import File, Image, Link
from libccheck.releases import newest_glibcxx
from libccheck.remedy.exports import OF_GLIBC
from libccheck.remedy.release import numbered
from libccheck.tree import Tree

_LIBRARY = re.compile(r"lib[A-Za-z0-9_.+-]*\.so[A-Za-z0-9_.+-]*\Z", re.ASCII)
_VERSION = re.compile(r"[A-Za-z0-9_.+-]{1,64}\Z", re.ASCII)
_PROGRAM = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*\Z", re.ASCII)
_HASHED = re.compile(r"-[0-9a-f]{8,}[.-]")
_OF_A_LIBC = re.compile(r"libc\.|libnss_|lib(anl|mvec|thread_db|BrokenLocale|c_malloc_debug)\.so")
_OF_DEBIAN_ALONE = ("libbz2.so.1.0", "libpcre.so.3", "libpcreposix.so.3", "libcurl-gnutls.so.4")
_PLACES = ("/usr/bin", "/bin", "/usr/sbin", "/sbin")
_IN_BIN_ON_ALPINE = ("bash", "zsh")
_GLIBCXX = re.compile(r"GLIBCXX_3\.4(?:\.(\d{1,9}))?\Z", re.ASCII)


def has_library(tree: Tree, name: str, directory: str, kept: tuple[str, ...]) -> bool:
    """Whether a distribution may have a library of this name, which the image has not.

    Not one that a wheel has renamed, nor one without a number, which is somebody's own. One of which the image has
    another generation is there no longer, or not yet, unless it is `kept` for older programs.
    """
    if not _LIBRARY.match(name) or _HASHED.search(name) or not re.search(r"\d", name):
        return False
    if _is_of_a_libc(name) or name in _OF_DEBIAN_ALONE:
        return False
    return name in kept or not _has_generation(tree, name, directory)


def may_grow(name: str) -> bool:
    """Whether a release may have a newer library of this name: another C library it does not get."""
    return bool(_LIBRARY.match(name)) and not _is_of_a_libc(name)


def has_versions(image: Image, versions: tuple[str, ...]) -> bool:
    """Whether these versions of a library may be those of the image's release: GCC's do not grow in one."""
    newest = newest_glibcxx(*numbered(image))
    numbers = [int(match[1] or 0) for each in versions if (match := _GLIBCXX.match(each))]
    return all(map(_VERSION.match, versions)) and (newest is None or max(numbers, default=0) <= newest)


def place_of_program(tree: Tree, template: str, command: str) -> str | None:
    """Where a package has it that a script names by its path, or `env` by its name alone; None where none may have it,
    or something is there already.

    By a path where packages put programs; of Alpine's the shells are in /bin, the others in /usr/bin.
    """
    directory, slash, name = command.rpartition("/")
    if not _PROGRAM.match(name) or (slash and directory not in _PLACES):
        return None
    usual = "/bin" if template == "apk" and name in _IN_BIN_ON_ALPINE else "/usr/bin"
    real = _real(tree, directory if slash else usual)
    if template == "apk" and real != _real(tree, usual):
        return None
    path = f"{real}/{name}"
    return path if tree.nodes.get(path) is None else None


def is_own_machine(machine: str, own: str, template: str) -> bool:
    """Whether a distribution for `own` has libraries for that machine: those of rpm's have i386's beside x86-64's."""
    return machine == own or (template != "apk" and (machine, own) == ("i386", "x86_64"))


def _is_of_a_libc(name: str) -> bool:
    """Whether the library is a part of glibc or of musl, which an image has as a whole or not at all."""
    return name in OF_GLIBC or bool(_OF_A_LIBC.match(name))


def _has_generation(tree: Tree, name: str, directory: str) -> bool:
    start = f"{tree.resolve(directory).path}/{name.partition('.so')[0]}.so."
    nodes = tree.nodes
    return any(each.startswith(start) and isinstance(nodes.get(each), (File, Link)) for each in tree)


def _real(tree: Tree, directory: str) -> str:
    found = tree.resolve(directory)
    return directory if found.errno else found.path
