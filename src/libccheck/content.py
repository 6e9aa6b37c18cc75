"""What is kept of one file's bytes: its head, its ELF facts, which loader it is, its text."""

from __future__ import annotations

from typing import Any

from libccheck.elf import read
from libccheck.identify import identify
from libccheck.model import Content
from libccheck.toolbox import toolbox

_HEAD = 256
_TEXT = 1 << 20

_TEXTS = frozenset(
    (
        "etc/ld.so.cache",
        "etc/ld.so.preload",
        "etc/ld.so.conf",
        "etc/passwd",
        "etc/group",
        "etc/os-release",
        "usr/lib/os-release",
        "etc/alpine-release",
        "etc/debian_version",
    )
)


def content(view: Any, path: str = "") -> Content:
    """The content of a file; its ELF tables stay lazy and hold on to `view`."""
    head = bytes(view[:_HEAD])
    elf = read(view) if head[:4] == b"\x7fELF" else None
    if elf is not None:
        return Content(head[:4], elf, identify(elf, view) or toolbox(elf, view), None)
    text = bytes(view[:_TEXT]) if is_text(path) else None
    return Content(head, None, None, text, read(view, marked=False) if _looks_like_elf(head) else None)


def is_text(path: str) -> bool:
    """Whether a loader or a check reads the file at this path as text."""
    path = path.lstrip("/")
    if path in _TEXTS:
        return True
    if not path.startswith("etc/"):
        return "/etc/" in path and path.rpartition("/")[2] in ("ld.so.cache", "ld.so.preload", "ld.so.conf")
    name = path[4:]
    return (name.startswith("ld-musl-") and name.endswith(".path")) or name.startswith("ld.so.conf")


def _looks_like_elf(head: bytes) -> bool:
    """Whether all but the magic says program or library: e_type, and the size of a program header."""
    return head[16:18] in (b"\2\0", b"\3\0", b"\0\2", b"\0\3") and (
        head[54:56] in (b"\x38\0", b"\0\x38") or head[42:44] in (b"\x20\0", b"\0\x20")
    )
