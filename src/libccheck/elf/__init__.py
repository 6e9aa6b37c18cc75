"""ELF files as the kernel and the loaders read them: program headers and what they lead to, never section headers."""

from __future__ import annotations

from struct import Struct
from typing import Any

from libccheck.elf.dynamic import Dynamic, Image, notes, versions_defined, versions_needed
from libccheck.elf.sparse import Recorder, Sparse
from libccheck.elf.tables import hashed, relocation_slices, relocations, symbol_slices, symbols, sysv_hash
from libccheck.model import Elf, Segment, Tables

__all__ = ["Sparse", "parts", "read"]

_MAGIC = b"\x7fELF"
_PATH_MAX = 4096

_PT_INTERP = 3

# Elf64_Phdr without p_paddr has the order of Segment; Elf32_Phdr has p_flags last but one.
_HEADERS = {
    (64, True): (Struct("<HHIQQQIHHH"), Struct("<IIQQ8xQQQ")),
    (64, False): (Struct(">HHIQQQIHHH"), Struct(">IIQQ8xQQQ")),
    (32, True): (Struct("<HHIIIIIHHH"), Struct("<III4xIIII")),
    (32, False): (Struct(">HHIIIIIHHH"), Struct(">III4xIIII")),
}


def read(view: Any, *, marked: bool = True) -> Elf | None:
    """What `view` (anything with len() and slices of bytes) says as an ELF file; None where the magic is missing.

    Never raises on content; the large tables are read when first asked for. Without `marked` the magic does not count:
    musl's loader never looks at it.
    """
    return _read(view, marked)[0]


def parts(view: Any) -> tuple[tuple[int, int], ...]:
    """The (offset, length) ranges that `read` and its lazy tables look at, sorted; () where `read` has None."""
    recorder = Recorder(view)
    elf, image, dynamic = _read(recorder)
    if elf is None or image is None or dynamic is None:
        return ()
    symbol_slices(image, dynamic)
    relocation_slices(image, dynamic)
    hashed(image, dynamic)
    return recorder.ranges()


def _read(view: Any, marked: bool = True) -> tuple[Elf | None, Image | None, Dynamic | None]:
    header = bytes(view[:64])
    if marked and header[:4] != _MAGIC:
        return None, None, None
    header = header.ljust(64, b"\0")
    little_endian = _is_little_endian(header)
    bits = _bits(header, little_endian)
    fields, entries = _HEADERS[bits, little_endian]
    kind, machine, version, entry, phoff, _, flags, _, phentsize, phnum = fields.unpack_from(header, 16)
    size = len(view)
    segments = _segments(view, bits, entries, phoff, phnum, size)
    image = Image(view, size, bits, little_endian, machine, segments)
    dynamic = Dynamic(image)
    isa_needed, abi_tag = notes(image)
    value = dynamic.value
    elf = Elf(
        header[:16], bits, little_endian, kind, machine, flags, entry, phentsize, phnum, segments, size,
        interpreter=_interpreter(view, segments, size),
        tags=dynamic.tags,
        soname=dynamic.string(14),
        needed=dynamic.strings(1),
        rpath=dynamic.string(15),
        runpath=dynamic.string(29),
        audit=dynamic.strings(0x6FFFFEFC, 0x6FFFFEFB),
        auxiliary=dynamic.strings(0x7FFFFFFD),
        filters=dynamic.strings(0x7FFFFFFF),
        dynamic_flags=value.get(30, 0),
        dynamic_flags_1=value.get(0x6FFFFFFB, 0),
        plt_is_rela=value.get(20) == 7,
        versions_needed=versions_needed(image, dynamic),
        versions_defined=versions_defined(image, dynamic),
        gnu_hash=dynamic.gnu_hash(),
        sysv_hash=sysv_hash(image, dynamic),
        isa_needed=isa_needed,
        abi_tag=abi_tag,
        tables=Tables(
            lambda: symbols(image, dynamic), lambda: relocations(image, dynamic), lambda: hashed(image, dynamic)
        ),
        cut_segment=_cut_segment(view, bits, entries, phoff, phnum, size) if len(segments) < phnum else None,
        version=version,
        constructors=value.get(27, 0) // (bits // 8),
    )  # fmt: skip
    return elf, image, dynamic


def _is_little_endian(header: bytes) -> bool:
    """Neither kernel nor musl looks at EI_DATA: the size of a program header decides, where it is a known one."""
    for order in ("little", "big"):
        sizes = (int.from_bytes(header[54:56], order), int.from_bytes(header[42:44], order))
        if sizes[0] == 56 or (sizes[1] == 32 and header[4] != 2):
            return order == "little"
    return header[5] != 2


def _bits(header: bytes, little_endian: bool) -> int:
    """The kernel never looks at EI_CLASS: the size of a program header decides, where it is one of the two known."""
    order = "little" if little_endian else "big"
    if int.from_bytes(header[54:56], order) == 56:  # type: ignore[arg-type]
        return 64
    if int.from_bytes(header[42:44], order) == 32:  # type: ignore[arg-type]
        return 32
    return 64 if header[4] == 2 else 32


def _segments(view: Any, bits: int, entries: Struct, offset: int, count: int, size: int) -> tuple[Segment, ...]:
    count = min(count, max(0, size - offset) // entries.size)
    table = entries.iter_unpack(view[offset : offset + count * entries.size])
    if bits == 64:
        return tuple(map(Segment._make, table))
    return tuple([Segment._make((kind, flags, *where, align)) for kind, *where, flags, align in table])


def _cut_segment(view: Any, bits: int, entries: Struct, offset: int, count: int, size: int) -> Segment | None:
    whole = max(0, size - offset) // entries.size
    start = offset + whole * entries.size
    if whole >= count or start >= size:
        return None
    padded = bytes(view[start:size]).ljust(entries.size, b"\0")
    return _segments(padded, bits, entries, 0, 1, entries.size)[0]


def _interpreter(view: Any, segments: tuple[Segment, ...], size: int) -> bytes | None:
    for segment in segments:
        if segment.type == _PT_INTERP:
            return bytes(view[segment.offset : min(segment.offset + min(segment.filesz, _PATH_MAX), size)])
    return None
