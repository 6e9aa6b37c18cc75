"""Which functions a program of glibc would call by other names if it were built with musl's headers, and which are not
in musl at all."""

from __future__ import annotations

import re
from collections.abc import Container

from libccheck.model import Elf

_NAMES = (
    # what the headers of glibc make of a function's name
    (re.compile(r"__isoc(?:23|99)_(\w+)"), r"\1"),
    (re.compile(r"__(\w+)_chk"), r"\1"),
    (re.compile(r"__(open\w*)_2"), r"\1"),
    (re.compile(r"(\w+)64"), r"\1"),
    (re.compile(r"_IO_(getc|putc)"), r"\1"),
    (re.compile(r"__register_(atfork)"), r"pthread_\1"),
    (re.compile(r"__(\w+)"), r"\1"),
)
_STAT = {"__xstat": "stat", "__fxstat": "fstat", "__lxstat": "lstat", "__fxstatat": "fstatat", "__xmknod": "mknod"}
_OF_HEADERS = re.compile(
    r"__fdelt_(?:chk|warn)|__rawmemchr|__libc_single_threaded|__pthread_(?:un)?register_cancel|__pthread_unwind_next"
    r"|__sched_cpu(?:alloc|free)|__(?:isnan|isinf|finite)[fl]?"
)
"""What only glibc's headers call, and musl's do without."""
_OF_GLIBC = "GLIBC_"
_LOCAL_OR_WEAK = (0, 2)


def called(name: str, there: Container[str]) -> str | None:
    """The function that musl's headers have in place of that name; None where it is not `there`."""
    names = [name]
    for each in names:
        if each in there:
            return each
        found = [_STAT[each.removesuffix("64")]] if each.removesuffix("64") in _STAT else []
        found += [pattern.sub(plain, each) for pattern, plain in _NAMES if pattern.fullmatch(each)]
        names += [other for other in found if other not in names]
    return None


def beyond_musl(elf: Elf) -> list[str]:
    """What the program calls of glibc that no build with musl could call."""
    from libccheck.remedy.musl_names import NAMES  # 1300 of them

    symbols = elf.tables.symbols
    if symbols is None or not symbols.versions:
        return []
    own = {each.index for need in elf.versions_needed for each in need.versions if each.name.startswith(_OF_GLIBC)}
    rows = zip(symbols.names, symbols.sections, symbols.infos, symbols.versions, strict=False)
    wanted = (
        name
        for name, section, info, version in rows
        if not section and info >> 4 not in _LOCAL_OR_WEAK and version & 0x7FFF in own
    )
    return [each for each in wanted if called(each, NAMES) is None and not _OF_HEADERS.fullmatch(each)]
