"""Which C library a program was linked against, and which one an image has."""

from __future__ import annotations

from libccheck.interpreters import interpreter_libc, usual_paths
from libccheck.machines import platform_machine
from libccheck.model import Elf, File, Image, Loader
from libccheck.tree import Tree

_BY_SONAME = {
    "libc.so.6": "glibc",
    "libc.so.6.1": "glibc",
    "libc.so": "musl",
    "libc.so.0": "uclibc",
    "libc.so.1": "uclibc",
}

_FAMILIES = ("glibc", "musl", "uclibc")

_SHELLS = ("/bin/sh", "/bin/busybox")


def interpreter_text(elf: Elf) -> str | None:
    """The PT_INTERP string up to its NUL."""
    if elf.interpreter is None:
        return None
    return elf.interpreter.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")


def program_libc(elf: Elf) -> str | None:
    """The C library that a dynamic program or a library was linked against, by what it names itself."""
    interpreter = interpreter_text(elf)
    by_interpreter = interpreter_libc(interpreter) if interpreter else None
    if by_interpreter:
        return by_interpreter
    for name in elf.needed:
        if name.startswith("libc.musl-"):
            return "musl"
        if name in _BY_SONAME:
            return _BY_SONAME[name]
    return None


def image_libc(image: Image) -> Loader | None:
    """The loader at a well-known place of the image's platform; of several, the one that its shell asks for."""
    if image.documented is not None:
        return Loader(image.documented.libc, image.documented.version, (), ())
    found = _loaders(image.tree, platform_machine(image.platform))
    if len({loader.family for loader in found.values()}) > 1:
        for shell in _SHELLS:
            interpreter = _interpreter_at(image.tree, shell)
            if interpreter in found:
                return found[interpreter]
    return next(iter(found.values()), None)


def _loaders(tree: Tree, machine: str) -> dict[str, Loader]:
    found = {}
    for path in [path for family in _FAMILIES for path in usual_paths(family, machine)]:
        node, real = tree.resolve(path).node, tree.resolve(path).path
        loader = node.load().loader if isinstance(node, File) else None
        if loader is not None:
            found[path] = loader if loader.version else loader._replace(version=version_by_name(real))
    return found


def version_by_name(path: str) -> str | None:
    """uClibc names its files after its release: "0.9.33.2" of "/lib/ld64-uClibc-0.9.33.2.so"."""
    name, _, version = path.rpartition("/")[2].removesuffix(".so").partition("-uClibc-")
    return version if name.startswith("ld") and version[:1].isdigit() else None


def _interpreter_at(tree: Tree, path: str) -> str:
    node = tree.resolve(path).node
    elf = node.load().elf if isinstance(node, File) else None
    return (interpreter_text(elf) if elf is not None else None) or ""
