"""Small ELF files to order: just enough of one for the kernel and the loaders to follow.

The file is mapped whole by one PT_LOAD, so that an address is an offset (and, in an ET_EXEC, 4 MiB more).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

X86_64 = 62
AARCH64 = 183
GLIBC = "/lib64/ld-linux-x86-64.so.2"
MUSL = "/lib/ld-musl-x86_64.so.1"
UCLIBC = "/lib/ld64-uClibc.so.0.9.32"

_GLOB_DAT, _JUMP_SLOT, _TPOFF = 6, 7, 18  # R_X86_64_*
_TLS = 7
_BASE = 0x400000
_CODE = b"\x0f\x0b" + b"\x90" * 14  # ud2: never meant to run


class Wanted(NamedTuple):
    """A symbol that the file imports; `file` and `version` as in DT_VERNEED, lazily bound where `lazy`."""

    name: str
    version: str | None = None
    file: str = "libc.so.6"
    lazy: bool = False
    weak: bool = False


def elf(
    *,
    interpreter: str | None = None,
    needed: Sequence[str] = (),
    wants: Sequence[Wanted] = (),
    exports: Sequence[str] = (),
    versions: Mapping[str, Sequence[str]] | None = None,
    soname: str | None = None,
    rpath: str | None = None,
    runpath: str | None = None,
    flags_1: int = 0,
    segments: Mapping[int, tuple[int, bytes]] | None = None,
    align: int = 4096,
    text: bytes = b"",
    kind: int = 3,
    machine: int = X86_64,
    weak_versions: Sequence[str] = (),
    packed: bool = False,
) -> bytes:
    """A 64-bit little-endian file; `versions` are version needs that no symbol asks for, `weak_versions` those of them
    that may be missing.

    segments: others, flags and bytes by type; a PT_TLS is used at a fixed place. text: bytes that just lie there.
    packed: it has relative relocations in DT_RELR.
    """
    strings = _Strings()
    dynamic = bool(needed or wants or exports or soname or flags_1)
    others = segments or {}
    image = _Image([*_headers(interpreter, dynamic), *others], _BASE if kind == 2 else 0)
    image.flags = {each: flags for each, (flags, _) in others.items()} | {1: 7}
    image.align = align
    image.add("code", _CODE)
    image.add("text", text)
    for each, (_, data) in others.items():
        image.add(str(each), data)
    if interpreter is not None:
        image.add("interpreter", interpreter.encode() + b"\0")
    tags = [(1, strings.add(name)) for name in needed]
    tags += [(tag, strings.add(text)) for tag, text in ((14, soname), (15, rpath), (29, runpath)) if text is not None]
    if flags_1:
        tags.append((0x6FFFFFFB, flags_1))
    if image.dynamic:
        tags += _tables(image, strings, wants, exports, versions or {}, weak_versions)
        if packed:
            tags += [(36, image.add("packed", struct.pack("<Q", image.add("pointer", bytes(8))))), (35, 8), (37, 8)]
        if _TLS in others:
            assert not wants
            place = image.add("eager", struct.pack("<QQq", image.add("slot", bytes(8)), _TPOFF, 0))
            tags += [(7, place), (8, 24), (9, 24)]
        tags += [(5, image.add("strings", bytes(strings.data))), (10, len(strings.data)), (0, 0)]
        image.add("dynamic", b"".join(struct.pack("<QQ", *tag) for tag in tags))
    return image.file(kind, machine)


def with_sections(data: bytes, sections: Mapping[str, bytes]) -> bytes:
    """The same with these sections at its end, behind the null one and before that which has their names."""
    named = {"": b"", **sections, ".shstrtab": b""}
    names = b"\0".join(each.encode() for each in named) + b"\0"
    named[".shstrtab"] = names
    headers, contents = b"", b""
    for name, content in named.items():
        place = names.index(b"\0" + name.encode() + b"\0") + 1 if name else 0
        kind = {"": 0, ".shstrtab": 3}.get(name, 1)
        start = len(data) + len(contents)
        headers += struct.pack("<IIQQQQIIQQ", place, kind, 0, 0, start, len(content), 0, 0, 1, 0)
        contents += content
    counts = struct.pack("<HHH", 64, len(named), len(named) - 1)
    return (
        data[:40] + struct.pack("<Q", len(data) + len(contents)) + data[48:58] + counts + data[64:] + contents + headers
    )


def _tables(
    image: _Image,
    strings: _Strings,
    wants: Sequence[Wanted],
    exports: Sequence[str],
    versions: Mapping[str, Sequence[str]],
    weak_versions: Sequence[str],
) -> list[tuple[int, int]]:
    indexes: dict[tuple[str, str], int] = {}
    for file, names in versions.items():
        for name in names:
            indexes.setdefault((file, name), len(indexes) + 2)
    for want in wants:
        if want.version:
            indexes.setdefault((want.file, want.version), len(indexes) + 2)
    symbols, versym = struct.pack("<IBBHQQ", 0, 0, 0, 0, 0, 0), struct.pack("<H", 0)
    for want in wants:
        symbols += struct.pack("<IBBHQQ", strings.add(want.name), (2 if want.weak else 1) << 4 | 2, 0, 0, 0, 0)
        versym += struct.pack("<H", indexes[want.file, want.version] if want.version else 1)
    for name in exports:
        symbols += struct.pack("<IBBHQQ", strings.add(name), 1 << 4 | 2, 0, 1, image.at["code"], 16)
        versym += struct.pack("<H", 1)
    tags = [(6, image.add("symbols", symbols)), (11, 24), (4, image.add("hash", _hash(symbols)))]
    if indexes:
        tags += [(0x6FFFFFF0, image.add("versym", versym))]
        needs, count = _version_needs(strings, indexes, weak_versions)
        tags += [(0x6FFFFFFE, image.add("verneed", needs)), (0x6FFFFFFF, count)]
    got = image.add("got", bytes(8 * (3 + len(wants)))) + 24
    tags.append((3, got - 24))
    for tag, size, lazy, kind in ((7, 8, False, _GLOB_DAT), (23, 2, True, _JUMP_SLOT)):
        rows = [
            struct.pack("<QQq", got + 8 * at, (at + 1) << 32 | kind, 0)
            for at, each in enumerate(wants)
            if each.lazy is lazy
        ]
        if rows:
            tags += [(tag, image.add("lazy" if lazy else "eager", b"".join(rows))), (size, 24 * len(rows))]
            tags += [(20, 7)] if lazy else [(9, 24)]
    return tags


def _version_needs(strings: _Strings, indexes: Mapping[tuple[str, str], int], weak: Sequence[str]) -> tuple[bytes, int]:
    files = list(dict.fromkeys(file for file, _ in indexes))
    data = b""
    for at, file in enumerate(files):
        names = [(name, index) for (each, name), index in indexes.items() if each == file]
        last = at == len(files) - 1
        data += struct.pack("<HHIII", 1, len(names), strings.add(file), 16, 0 if last else 16 + 16 * len(names))
        for number, (name, index) in enumerate(names):
            following = 0 if number == len(names) - 1 else 16
            flags = 2 if name in weak else 0
            data += struct.pack("<IHHII", elf_hash(name.encode()), flags, index, strings.add(name), following)
    return data, len(files)


def _hash(symbols: bytes) -> bytes:
    """DT_HASH with one bucket: a chain through all symbols but the null one."""
    count = len(symbols) // 24
    chain = [0] + [number + 1 if number + 1 < count else 0 for number in range(1, count)]
    return struct.pack(f"<III{count}I", 1, count, 1 if count > 1 else 0, *chain)


def elf_hash(name: bytes) -> int:
    """The hash of versions and of DT_HASH: System V ABI, figure 5-13."""
    value = 0
    for byte in name:
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ high >> 24) & ~high if high else value
    return value


def _headers(interpreter: str | None, dynamic: bool) -> list[int]:
    return ([6, 3] if interpreter is not None else []) + [1] + ([2] if dynamic else [])


class _Strings:
    """A string table."""

    def __init__(self) -> None:
        self.data = bytearray(b"\0")

    def add(self, text: str) -> int:
        at = len(self.data)
        self.data += text.encode() + b"\0"
        return at


class _Image:
    """The bytes behind the headers, and where each part of them begins."""

    def __init__(self, headers: list[int], base: int) -> None:
        self.headers = headers
        self.base = base
        self.dynamic = 2 in headers
        self.start = base + 64 + 56 * len(headers)
        self.data = bytearray()
        self.flags: dict[int, int] = {}
        self.align = 4096
        self.at: dict[str, int] = {}
        self.length: dict[str, int] = {}

    def add(self, name: str, data: bytes) -> int:
        self.data += bytes(-len(self.data) % 16)
        self.at[name] = self.start + len(self.data)
        self.length[name] = len(data)
        self.data += data
        return self.at[name]

    def file(self, kind: int, machine: int) -> bytes:
        size = self.start - self.base + len(self.data)
        parts = {1: (self.base, size), 2: self._part("dynamic"), 3: self._part("interpreter")}
        parts[6] = (self.base + 64, 56 * len(self.headers))
        rows = b""
        for each in self.headers:
            at, length = parts.get(each) or self._part(str(each))
            flags, align = self.flags.get(each, 4), self.align if each == 1 else 8
            rows += struct.pack("<IIQQQQQQ", each, flags, at - self.base, at, at, length, length, align)
        ident = b"\x7fELF\x02\x01\x01" + bytes(9)
        counts = (64, 56, len(self.headers), 0, 0, 0)
        return (
            ident
            + struct.pack("<HHIQQQIHHHHHH", kind, machine, 1, self.at["code"], 64, 0, 0, *counts)
            + rows
            + self.data
        )

    def _part(self, name: str) -> tuple[int, int]:
        return self.at.get(name, 0), self.length.get(name, 0)
