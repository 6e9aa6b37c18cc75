"""Zig, where its linker did not sign: by what its standard library says, and the paths of the C libraries it has."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from libccheck.model import Elf
from libccheck.toolchain.comment import Tool
from libccheck.toolchain.mark import anywhere, loaded

# lib/std/debug.zig, up to 0.15 and from 0.16 on
_WORDS = (re.compile(rb"Unable to dump stack trace: "), re.compile(rb"aborting due to recursive panic"))
# lib/libc, as the debug information of start files and of musl has it
_PATH = re.compile(rb"/libc/(?:musl/(?:crt|src)|glibc/(?:csu|sysdeps))\b")
_PRODUCER = re.compile(rb"\0zig (\d+\.\d+\.\d+)\0")
_BY_LLVM = ("clang", "lld")


def zig(elf: Elf, data: Any, signed: Collection[Tool]) -> tuple[Tool, ...]:
    """Zig, unless it is among what signed, or what signed is not of LLVM; () where there is nothing of it.

    Its version shows in debug information only. What it made of C and was stripped is clang's as any other.
    """
    if any(each.name == "zig" or each.detail == "zig" for each in signed):
        return ()
    if signed and not any(each.name in _BY_LLVM for each in signed):
        return ()
    if not speaks_zig(elf, data) and not anywhere(_PATH, data):
        return ()
    producer = anywhere(_PRODUCER, data)
    return (Tool("zig", producer[1].decode("ascii") if producer else "", ""),)


def speaks_zig(elf: Elf, data: Any) -> bool:
    """Whether Zig's own standard library is in it."""
    return any(loaded(words, elf, data, writable=False) for words in _WORDS)
