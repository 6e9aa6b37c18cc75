"""A program that unpacks another one, or its libraries, when it runs: PyInstaller, UPX."""

from __future__ import annotations

from libccheck.advice.situation import Situation
from libccheck.dotted import dotted
from libccheck.libc import image_libc
from libccheck.model import Finding, Step
from libccheck.toolchain.unpacked import newest_glibc
from libccheck.toolchain.wholes import pyinstaller, upx


def advice(situation: Situation) -> list[Finding]:
    """What starts is only what unpacks it: the rest has a loader, libraries and versions of its own."""
    name, data = situation.name, situation.check.program.data
    for mark in upx(data):
        message = f"{name} is packed: which loader and libraries it needs shows when it runs"
        return [Finding("LC315", "UPX", message, (Step("read", name, "UPX", mark.version),))]
    for mark in pyinstaller(data):
        steps = (Step("read", name, "PyInstaller", mark.detail),)
        newest = newest_glibc(data)
        if newest is None:
            message = f"{name} unpacks Python and its libraries when it runs, and what they need was not looked at"
            return [Finding("LC315", "PyInstaller", message, steps)]
        library, (major, minor) = newest
        there = _glibc(situation)
        if there >= (major, minor):
            return []
        has = f"; the image has {there[0]}.{there[1]}" if there else ""
        message = f"{name} unpacks {library} when it runs, which asks for glibc {major}.{minor}{has}"
        step = Step("read", library, f"GLIBC_{major}.{minor}", f"in the archive of {name}")
        return [Finding("LC315", f"GLIBC_{major}.{minor}", message, (*steps, step))]
    return []


def _glibc(situation: Situation) -> tuple[int, ...]:
    """The version of the image's; () where it has another C library, or does not say."""
    libc = image_libc(situation.check.image)
    return dotted(libc.version)[:2] if libc is not None and libc.family == "glibc" else ()
