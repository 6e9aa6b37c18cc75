"""The old format of /etc/ld.so.cache, which is all that uClibc's loader reads: `_dl_map_cache` of `ldso/dl-elf.c`."""

from __future__ import annotations

from struct import Struct, iter_unpack

_MAGIC = b"ld.so-1.7.0"
_HEADER = 16
_ENTRY = 12
_KINDS = (1, 2, 4)  # LIB_ELF, LIB_ELF_LIBC5, LIB_ELF_LIBC0; 3 is glibc's


def parse(data: bytes, little_endian: bool) -> tuple[tuple[str, str], ...] | None:
    """Names and paths that count, in order; None where the loader finds the file corrupt."""
    if len(data) < _HEADER or not data.startswith(_MAGIC):
        return None
    order = "<" if little_endian else ">"
    (count,) = Struct(order + "i").unpack_from(data, len(_MAGIC) + 1)
    strings = _HEADER + count * _ENTRY
    if count < 0 or len(data) < strings or data[-1]:
        return None
    entries = list(iter_unpack(order + "iII", data[_HEADER:strings]))
    room = len(data) - strings
    if any(name >= room or path >= room for _, name, path in entries):
        return None
    return tuple(
        (_string(data, strings + name), _string(data, strings + path)) for kind, name, path in entries if kind in _KINDS
    )


def _string(data: bytes, at: int) -> str:
    return data[at : data.index(b"\0", at)].decode("utf-8", "surrogateescape")
