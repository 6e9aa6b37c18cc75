"""Packages that stand in for another C library: for which programs, and what is lost with them."""

from __future__ import annotations

from libccheck.libc import program_libc
from libccheck.model import Elf
from libccheck.remedy.compiled import imports, lost_of_names

STOPGAPS = frozenset(("gcompat",))
_ITSELF = (
    "glibc itself (gcompat's makers say that its internals make it "
    '"difficult or impossible to run these binaries" on musl)'
)
_LOCALES = ("setlocale", "newlocale", "__newlocale")
_THREADS = ("pthread_create",)


def is_for(elf: Elf) -> bool:
    """Whether the program was linked against glibc."""
    return program_libc(elf) == "glibc"


def lost(elf: Elf) -> list[str]:
    """Of a program of glibc on musl; the words are those of README.rst of gcompat 1.1.0."""
    gone = [_ITSELF, *lost_of_names(elf)]
    gone += ["locales other than C.UTF-8"] if imports(elf, _LOCALES) else []
    return gone + (["thread stacks of 8 MiB (musl's have 128 KiB)"] if imports(elf, _THREADS) else [])
