"""A program that unpacks another one, or its libraries, when it runs: PyInstaller, UPX."""

from __future__ import annotations

from libccheck.advice.situation import Situation
from libccheck.model import Finding, Step
from libccheck.toolchain.wholes import pyinstaller, upx


def advice(situation: Situation) -> list[Finding]:
    """What starts is only what unpacks it: the rest has a loader, libraries and versions of its own."""
    name, data = situation.name, situation.check.program.data
    for mark in upx(data):
        message = f"{name} is packed: which loader and libraries it needs shows when it runs"
        return [Finding("LC315", "UPX", message, (Step("read", name, "UPX", mark.version),))]
    for mark in pyinstaller(data):
        message = (
            f"{name} unpacks Python and its libraries when it runs, and they may need a newer C library than it does"
        )
        return [Finding("LC315", "PyInstaller", message, (Step("read", name, "PyInstaller", mark.detail),))]
    return []
