"""Values for tests: programs, trees and images out of literals, without a file."""

from __future__ import annotations

from collections.abc import Mapping

from libccheck.content import content
from libccheck.model import Config, Directory, File, Image, Link, Node, Program
from libccheck.tree import Tree

ROOT = Directory(0o755, 0, 0)


def program(data: bytes, path: str = "./app", mode: int = 0o755) -> Program:
    return Program(path, content(data), mode, len(data), memoryview(data))


def directory(path: str) -> Program:
    return Program(path, content(b""), 0o755, 0, memoryview(b""), directory=True)


def file(data: bytes = b"", mode: int = 0o644, path: str = "", uid: int = 0, gid: int = 0) -> File:
    return File(mode, uid, gid, len(data), None, lambda: content(data, path))


def tree(nodes: Mapping[str, Node | bytes | str]) -> Tree:
    """Bytes stand for a file of mode 0755, a string for a link; parents are made."""
    made: dict[str, Node] = {}
    for path, node in nodes.items():
        if isinstance(node, bytes):
            made[path] = file(node, 0o755, path)
        else:
            made[path] = Link(node) if isinstance(node, str) else node
    return Tree({"/": ROOT}).overlay(made)


def image(nodes: Mapping[str, Node | bytes | str], reference: str = "dir:root", config: Config | None = None) -> Image:
    return Image(reference, "dir", None, "linux/amd64", None, (), config or Config(), tree(nodes))
