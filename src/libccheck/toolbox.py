"""Which toolbox a program comes from, busybox or GNU coreutils, by the name that it carries."""

from __future__ import annotations

from typing import Any

from libccheck.model import Elf, Loader

APPLET = "applet:"
"""What stands in a marker before the name of an applet that busybox runs itself rather than look along PATH."""

_LARGEST = 3 << 20  # no busybox is as large; others are not worth reading to the end
_BUSYBOX = b"BusyBox v"
_PREFERRING = (b" (Debian 1:", b" (Ubuntu 1:")  # in the banner
_APPLETS = rb"\0\[\0\[\[\0((?:[a-z0-9][\w.+-]{0,30}\0)+)"
_COREUTILS = rb"\0(\d{1,2}\.\d{1,2}(?:\.\d+)?)(?:-[\w.+~-]{1,20})?\0"
# How each C library's getopt(3) complains: a static program carries the words of its own.
_GETOPT = (
    (b": unrecognized option: ", "musl"),
    (b"invalid option -- '%c'", "glibc"),
    (b"invalid option -- %c", "uclibc"),
)


def toolbox(elf: Elf, view: Any) -> Loader | None:
    """The toolbox of a program: version as it prints it.

    markers: the C library whose getopt a static one contains; the applets, where it prefers them to other programs.
    """
    if elf.size > _LARGEST or elf.kind not in (2, 3) or elf.soname is not None:
        return None
    data = bytes(view[: elf.size])
    if _BUSYBOX in data:
        version = _busybox(data)
        return None if version is None else Loader("busybox", version, (), (*_words(data), *_preferred(data, elf)))
    if b"GNU coreutils" in data:
        return Loader("coreutils", _coreutils(data), (), _words(data))
    return None


def _busybox(data: bytes) -> str | None:
    """What stands behind "BusyBox v" in the banner: "1.36.1 (2024-06-12 11:52:11 UTC)"."""
    at = data.find(_BUSYBOX)
    while at >= 0:
        text = data[at + len(_BUSYBOX) : at + 100].split(b"\0", 1)[0].partition(b"\n")[0]
        if b" (" in text and b")" in text:
            return (text.partition(b")")[0] + b")").decode("utf-8", "surrogateescape")
        at = data.find(_BUSYBOX, at + 1)
    return None


def _preferred(data: bytes, elf: Elf) -> tuple[str, ...]:
    """FEATURE_PREFER_APPLETS leaves no trace in a program; Debian and Ubuntu set it in their static busybox alone."""
    if elf.interpreter is not None or not any(maker in data for maker in _PREFERRING):
        return ()
    import re

    found = re.search(_APPLETS, data)
    names = found.group(1).decode("ascii").split("\0")[:-1] if found else []
    return tuple(APPLET + name for name in names)


def _coreutils(data: bytes) -> str | None:
    import re  # not for every check

    found = re.search(_COREUTILS, data)
    return None if found is None else found.group(1).decode("ascii")


def _words(data: bytes) -> tuple[str, ...]:
    return next(((libc,) for words, libc in _GETOPT if words in data), ())
