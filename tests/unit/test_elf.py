"""The ELF reader, table by table, in all four layouts."""

from __future__ import annotations

import mmap
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from libccheck.elf import Sparse, hashes, parts, read
from libccheck.elf import names as columns_of_names
from libccheck.elf.sparse import Recorder
from libccheck.model import NARROW, Elf, VersionDefined, VersionNeed, VersionsNeeded
from tests.elves import (
    INTERP,
    LAYOUTS,
    NOTE,
    PROPERTY,
    Layout,
    Value,
    build,
    gnu_hash,
    gnu_hash_of,
    hash_value,
    note,
    strings,
    sysv_hash,
)

LITTLE = LAYOUTS[0]
every_layout = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda each: f"{each.bits}{each.order}")


def elf_of(data: Any) -> Elf:
    found = read(data)
    assert found is not None
    return found


def with_symbols(layout: Layout, names: list[str], tags: list[tuple[int, Any]], more: Any = (), **kwargs: Any) -> bytes:
    """A file whose symbols (all undefined functions) follow the null symbol; the string table follows them."""
    table, where = strings(*names)
    symbols = layout.symbol(0, 0, 0) + b"".join(layout.symbol(where[name], 0x12, 0) for name in names)
    pieces = [("symbols", symbols), ("strings", table), *more]
    return build(layout, parts=pieces, tags=[(5, "strings"), (10, len(table)), (6, "symbols"), *tags], **kwargs)


def names_of(data: bytes) -> tuple[str, ...]:
    symbols = elf_of(data).tables.symbols
    assert symbols is not None
    return tuple(symbols.names)


# ---------------------------------------------------------------------------------------------------------------------
# The header


@pytest.mark.parametrize("data", [b"", b"\x7fEL", b"#!/bin/sh\n", b"MZ" + bytes(100)])
def test_what_lacks_the_magic_is_no_elf(data: bytes) -> None:
    assert read(data) is None
    assert parts(data) == ()


@every_layout
def test_numbers_are_read_in_the_order_and_size_of_the_layout(layout: Layout) -> None:
    elf = elf_of(build(layout, machine=40, kind=2))
    assert (elf.bits, elf.little_endian) == (layout.bits, layout.order == "<")
    assert (elf.kind, elf.machine, elf.phnum) == (2, 40, 1)
    assert elf.phentsize == (56 if layout.bits == 64 else 32)


@every_layout
def test_the_size_of_the_program_headers_decides_not_the_class(layout: Layout) -> None:
    data = bytearray(build(layout, tags=[(30, 8)]))
    data[4] = 3 - data[4]
    elf = elf_of(data)
    assert elf.bits == layout.bits
    assert elf.dynamic_flags == 8
    assert elf.ident[4] != layout.bits // 32


@pytest.mark.parametrize(("class_", "bits"), [(1, 32), (2, 64), (0, 32), (77, 32)])
def test_the_class_decides_where_no_size_tells(class_: int, bits: int) -> None:
    assert elf_of(b"\x7fELF" + bytes([class_, 1]) + bytes(58)).bits == bits


def test_an_unknown_data_encoding_is_little_endian() -> None:
    data = bytearray(build(LITTLE))
    data[5] = 0
    assert elf_of(data).little_endian
    assert elf_of(data).machine == 62


def test_header_bytes_beyond_the_end_count_as_zero() -> None:
    elf = elf_of(b"\x7fELF\x02\x01\x01")
    assert (elf.kind, elf.machine, elf.phnum, elf.segments, elf.size) == (0, 0, 0, (), 7)
    assert elf.ident == b"\x7fELF\x02\x01\x01" + bytes(9)


def test_a_program_header_that_does_not_lie_whole_in_the_file_is_left_out() -> None:
    data = build(LITTLE, tags=[(30, 8)])
    assert len(elf_of(data).segments) == 2
    assert len(elf_of(data[: 64 + 2 * 56 - 1]).segments) == 1
    assert elf_of(data[: 64 + 2 * 56 - 1]).phnum == 2


@every_layout
def test_the_program_header_in_which_the_file_ends_goes_on_with_zeros(layout: Layout) -> None:
    data = build(layout, tags=[(30, 8)])
    header, entry = (64, 56) if layout.bits == 64 else (52, 32)
    whole = elf_of(data)
    assert whole.cut_segment is None
    cut = elf_of(data[: header + entry + 4]).cut_segment
    assert cut is not None
    assert (cut.type, cut.filesz, cut.memsz) == (whole.segments[1].type, 0, 0)
    assert elf_of(data[: header + entry]).cut_segment is None


@every_layout
def test_a_segment_has_its_fields_in_every_layout(layout: Layout) -> None:
    data = build(layout, parts=[("code", b"x" * 32)], segments=[(0x70000001, "code", 16)])
    segment = elf_of(data).segments[1]
    assert (segment.type, segment.flags, segment.filesz, segment.memsz, segment.align) == (0x70000001, 5, 32, 32, 16)
    assert segment.vaddr == 0x10000 + segment.offset
    assert data[segment.offset :][:32] == b"x" * 32


# ---------------------------------------------------------------------------------------------------------------------
# The interpreter


@every_layout
def test_the_interpreter_is_kept_as_it_stands(layout: Layout) -> None:
    data = build(layout, parts=[("interpreter", b"/lib/ld.so\0\0")], segments=[(INTERP, "interpreter", 1)])
    assert elf_of(data).interpreter == b"/lib/ld.so\0\0"
    assert elf_of(build(layout)).interpreter is None


def test_the_first_interpreter_counts() -> None:
    pieces = [("one", b"/one\0"), ("two", b"/two\0")]
    assert elf_of(build(parts=pieces, segments=[(INTERP, "two", 1), (INTERP, "one", 1)])).interpreter == b"/two\0"


def test_the_interpreter_is_cut_at_4096_and_at_the_end_of_the_file() -> None:
    long = build(parts=[("interpreter", b"/" * 5000)], segments=[(INTERP, "interpreter", 1)])
    assert elf_of(long).interpreter == b"/" * 4096
    short = build(parts=[("interpreter", b"/lib/ld.so\0")], segments=[(INTERP, "interpreter", 1)])
    start = elf_of(short).segments[1].offset
    assert elf_of(short[: start + 4]).interpreter == b"/lib"
    assert elf_of(short[:start]).interpreter == b""


# ---------------------------------------------------------------------------------------------------------------------
# The dynamic section


@every_layout
def test_the_strings_of_the_dynamic_section(layout: Layout) -> None:
    table, at = strings("liba.so", "libb.so", "me.so", "/r", "$ORIGIN", "audit", "depaudit", "aux", "filter")
    tags: list[tuple[int, Value]] = [
        (1, at["libb.so"]), (14, at["me.so"]), (1, at["liba.so"]), (15, at["/r"]), (29, at["$ORIGIN"]),
        (0x6FFFFEFC, at["audit"]), (0x6FFFFEFB, at["depaudit"]), (0x7FFFFFFD, at["aux"]), (0x7FFFFFFF, at["filter"]),
        (5, "strings"), (10, len(table)), (30, 8), (0x6FFFFFFB, 0x08000001), (20, 7), (4, "strings"),
    ]  # fmt: skip
    elf = elf_of(build(layout, parts=[("strings", table)], tags=tags))
    assert elf.needed == ("libb.so", "liba.so")
    assert (elf.soname, elf.rpath, elf.runpath) == ("me.so", "/r", "$ORIGIN")
    assert (elf.audit, elf.auxiliary, elf.filters) == (("audit", "depaudit"), ("aux",), ("filter",))
    assert (elf.dynamic_flags, elf.dynamic_flags_1, elf.plt_is_rela) == (8, 0x08000001, True)
    assert elf.tags == tuple(tag for tag, _ in tags)
    assert elf.sysv_hash
    assert elf.gnu_hash is None


def test_of_two_sonames_the_last_one_counts() -> None:
    table, at = strings("one", "two")
    tags: list[tuple[int, Value]] = [(14, at["one"]), (14, at["two"]), (5, "strings")]
    assert elf_of(build(parts=[("strings", table)], tags=tags)).soname == "two"


def test_the_dynamic_section_ends_at_its_first_null() -> None:
    assert elf_of(build(tags=[(30, 1), (0, 0), (30, 2)])).tags == (30,)


def test_a_file_without_a_dynamic_section_has_no_tags_and_no_symbols() -> None:
    elf = elf_of(build())
    assert elf.tags == ()
    assert elf.tables.symbols is not None
    assert elf.tables.symbols.names == ()
    assert elf.tables.relocations == ((), (), ())
    assert elf.versions_defined is None


def test_the_dynamic_section_is_where_its_address_is_mapped_as_for_a_loader() -> None:
    data = bytearray(build(tags=[(30, 8)]))
    struct.pack_into("<Q", data, 64 + 56 + 8, 0)  # p_offset of PT_DYNAMIC
    assert elf_of(data).dynamic_flags == 8


def test_a_dynamic_section_that_no_segment_maps_is_empty() -> None:
    """As in the .debug files that objcopy leaves: their PT_DYNAMIC points into other sections."""
    data = bytearray(build(tags=[(30, 8)]))
    struct.pack_into("<Q", data, 64 + 32, 0)  # p_filesz of PT_LOAD
    assert elf_of(data).tags == ()


def test_a_dynamic_section_may_begin_behind_one_segment_and_end_in_the_next() -> None:
    """As patchelf leaves it: in the last page of a segment, and in the first page of the one after."""
    tags: list[tuple[int, Value]] = [(0x60000000 + each, each) for each in range(6)]
    pad = 0x1000 - 32 - (64 + 3 * 56 + 8)  # two entries before the page ends
    data = bytearray(build(parts=[("pad", bytes(pad))], tags=tags, segments=[(1, "pad", 0x1000)]))
    assert data.index(struct.pack("<Q", 0x60000000)) == 0x1000 - 32
    data += bytes(0x1200 - len(data))
    struct.pack_into("<QQ", data, 64 + 32, 0x900, 0x900)  # the first segment ends before the section
    struct.pack_into("<QQQQQ", data, 64 + 2 * 56 + 8, 0x1180, 0x11180, 0, 0x20, 0x20)  # the second begins after it
    assert elf_of(data).tags == tuple(tag for tag, _ in tags)


def test_tables_are_found_through_the_segment_that_maps_their_address() -> None:
    table, at = strings("libz.so")
    data = bytearray(build(parts=[("strings", table)], tags=[(1, at["libz.so"]), (5, "strings")], base=0x7000000))
    assert elf_of(data).needed == ("libz.so",)


def test_names_that_are_not_utf8_keep_every_byte() -> None:
    table, at = strings("lib\udce9.so", "plain", "f\udcff", "\u00e9")
    symbols = b"".join(LITTLE.symbol(each, 0x12, 0) for each in (0, at["f\udcff"], at["plain"], at["\u00e9"]))
    pieces = [("symbols", symbols), ("strings", table), ("hash", sysv_hash(LITTLE, 4))]
    tags: list[tuple[int, Value]] = [
        (1, at["lib\udce9.so"]),
        (5, "strings"),
        (10, len(table)),
        (6, "symbols"),
        (4, "hash"),
    ]
    data = build(parts=pieces, tags=tags)
    assert elf_of(data).needed == ("lib\udce9.so",)
    assert names_of(data) == ("", "f\udcff", "plain", "\u00e9")


# ---------------------------------------------------------------------------------------------------------------------
# Versions


@every_layout
def test_version_needs_follow_their_links(layout: Layout) -> None:
    table, at = strings("libc.so.6", "GLIBC_2.34", "GLIBC_2.2.5", "libm.so.6")
    needs = layout.pack("HHIII", 1, 2, at["libc.so.6"], 16, 48)
    needs += layout.pack("IHHII", 0x69691B4, 0, 3, at["GLIBC_2.34"], 16)
    needs += layout.pack("IHHII", 0x9691A75, 2, 2, at["GLIBC_2.2.5"], 0)
    needs += layout.pack("HHIII", 1, 1, at["libm.so.6"], 16, 0) + layout.pack("IHHII", 7, 0, 4, at["GLIBC_2.2.5"], 0)
    data = build(layout, parts=[("strings", table), ("needs", needs)], tags=[(5, "strings"), (0x6FFFFFFE, "needs")])
    assert elf_of(data).versions_needed == (
        VersionsNeeded("libc.so.6", (VersionNeed("GLIBC_2.34", 3, False), VersionNeed("GLIBC_2.2.5", 2, True))),
        VersionsNeeded("libm.so.6", (VersionNeed("GLIBC_2.2.5", 4, False, odd_hash=7),)),
    )


@every_layout
def test_version_definitions_with_base_and_weak(layout: Layout) -> None:
    table, at = strings("libz.so", "V1", "V2")
    rows = [(1, 1, 0x2F9D5EF, "libz.so", 28), (0, 2, 0x592, "V1", 28), (2, 3, 0x592, "V2", 0)]
    data = b"".join(
        layout.pack("HHHHIII", 1, flags, index, 1, value, 20, following) + layout.pack("II", at[name], 0)
        for flags, index, value, name, following in rows
    )
    file = build(layout, parts=[("strings", table), ("defs", data)], tags=[(5, "strings"), (0x6FFFFFFC, "defs")])
    assert elf_of(file).versions_defined == (
        VersionDefined("libz.so", 1, True, False),
        VersionDefined("V1", 2, False, False, odd_hash=0x592),
        VersionDefined("V2", 3, False, True),
    )


# ---------------------------------------------------------------------------------------------------------------------
# Symbols


@every_layout
def test_symbols_are_columns(layout: Layout) -> None:
    table, at = strings("function", "object", "absolute", "common", "thread")
    rows = [
        layout.symbol(0, 0, 0),
        layout.symbol(at["function"], 0x12, 0, 0, 99),
        layout.symbol(at["object"], 0x11, 7, 0x5000, 40, 2),
        layout.symbol(at["absolute"], 0x10, 0xFFF1, 3, 8),
        layout.symbol(at["common"], 0x15, 0xFFF2, 16, 64),
        layout.symbol(at["thread"], 0x26, 9, 0, 24),
    ]
    versions = layout.pack("6H", 0, 2, 0x8003, 1, 1, 1)
    pieces = [("symbols", b"".join(rows)), ("strings", table), ("hash", sysv_hash(layout, 6)), ("versym", versions)]
    tags: list[tuple[int, Value]] = [
        (5, "strings"),
        (10, len(table)),
        (6, "symbols"),
        (4, "hash"),
        (0x6FFFFFF0, "versym"),
    ]
    symbols = elf_of(build(layout, parts=pieces, tags=tags)).tables.symbols
    assert symbols is not None
    assert symbols.names == ("", "function", "object", "absolute", "common", "thread")
    assert symbols.infos == bytes([0, 0x12, 0x11, 0x10, 0x15, 0x26])
    assert symbols.others == bytes([0, 0, 2, 0, 0, 0])
    assert symbols.sections == bytes([0, 0, 1, 2, 3, 1])
    assert symbols.valued == bytes([0, 0, 1, 1, 1, 0])
    assert symbols.sizes == (0, 0, 40, 0, 64, 24)
    assert symbols.versions == (0, 2, 0x8003, 1, 1, 1)


def test_a_symbol_that_occurs_twice_has_two_indexes() -> None:
    data = with_symbols(LITTLE, ["a", "b", "a"], [(4, "hash")], [("hash", sysv_hash(LITTLE, 4))])
    assert elf_of(data).tables.named("a") == [1, 3]
    assert elf_of(data).tables.named("c") == []


def hashed_file(layout: Layout, names: list[str], first: int, buckets: int, called: dict[str, str]) -> bytes:
    """A file whose symbols from `first` on are hashed, some under another name than they have."""
    head, tail = names[: first - 1], sorted(names[first - 1 :], key=lambda name: hash_value(name) % buckets)
    hashes = gnu_hash_of(layout, tail, first, buckets)
    renamed = [*head, *(called.get(each, each) for each in tail)]
    return with_symbols(layout, renamed, [(0x6FFFFEF5, "gnu")], [("gnu", hashes)])


@every_layout
@pytest.mark.parametrize("buckets", [1, 2, 7])
def test_gnu_hash_leads_to_all_of_a_name_behind_its_first_symbol(layout: Layout, buckets: int) -> None:
    names = ["early", "twice", "a", "b", "c", "twice", "d\udcff", "twice"]
    elf = elf_of(hashed_file(layout, names, 3, buckets, {}))
    symbols = elf.tables.symbols
    assert symbols is not None
    assert elf.gnu_hash == 3
    for name in {*names[2:], "early", "none"}:
        wanted = [at for at, each in enumerate(symbols.names) if each == name and at >= 3]
        assert elf.tables.hashed(name, 3) == wanted, name
    assert len(elf.tables.hashed("twice", 3)) == 2
    assert elf.tables.named("twice") != elf.tables.hashed("twice", 3)


def test_a_library_that_is_kept_is_asked_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashes, "_MOST_LINKS", 100)
    monkeypatch.setattr(columns_of_names, "_MOST_BYTES", 4096)
    long = "n" * 500
    elf = elf_of(hashed_file(LITTLE, ["a", "b", long, "c"], 1, 1, {}))
    symbols = elf.tables.symbols
    assert symbols is not None
    for _ in range(1000):
        (at,) = elf.tables.hashed(long, 1)
        assert symbols.names[at] == long


def test_a_chain_that_is_as_long_as_the_file_is_not_followed_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashes, "_MOST_LINKS", 100)
    names = [str(each) for each in range(300)]
    elf = elf_of(hashed_file(LITTLE, names, 1, 1, {}))
    assert [elf.tables.hashed(each, 1) for each in ("0", "99", "100", "299")] == [[1], [], [], []]


@every_layout
def test_gnu_hash_does_not_lead_to_a_name_that_was_changed_in_place(layout: Layout) -> None:
    elf = elf_of(hashed_file(layout, ["a", "b"], 1, 1, {"b": "c"}))
    assert elf.tables.hashed("a", 1) == [1]
    assert elf.tables.hashed("b", 1) == elf.tables.hashed("c", 1) == []
    assert elf.tables.named("c") == [2]


def test_a_hash_table_that_is_not_in_the_file_leads_nowhere() -> None:
    elf = elf_of(with_symbols(LITTLE, ["a"], [(0x6FFFFEF5, 0x70000000)]))
    assert elf.tables.hashed("a", 0) == []


def test_imports_are_the_names_of_undefined_symbols() -> None:
    table, at = strings("wanted", "given")
    symbols = LITTLE.symbol(0, 0, 0) + LITTLE.symbol(at["wanted"], 0x12, 0) + LITTLE.symbol(at["given"], 0x12, 1, 16)
    pieces = [("symbols", symbols), ("strings", table), ("hash", sysv_hash(LITTLE, 3))]
    data = build(parts=pieces, tags=[(5, "strings"), (10, len(table)), (6, "symbols"), (4, "hash")])
    assert elf_of(data).tables.imports == {"", "wanted"}


@every_layout
def test_a_column_gives_one_entry_as_it_gives_all(layout: Layout) -> None:
    names = ["a", "b" * 100, "é", "c" * 1000, "f\udcff"]
    data = with_symbols(layout, names, [(4, "hash")], [("hash", sysv_hash(layout, 6))])
    one, all_ = elf_of(data).tables.symbols, elf_of(data).tables.symbols
    assert one is not None
    assert all_ is not None
    for column, whole in zip(one, all_, strict=True):
        assert [column[at] for at in range(len(column))] == list(whole)
    assert all_.names == ("", *names)
    assert one.names[-1] == names[-1]
    with pytest.raises(IndexError):
        _ = elf_of(data).tables.symbols.names[6]  # type: ignore[union-attr]


@every_layout
def test_the_number_of_symbols_is_that_of_the_hash_chains(layout: Layout) -> None:
    data = with_symbols(layout, ["a", "b", "c"], [(4, "hash")], [("hash", sysv_hash(layout, 3))])
    assert names_of(data) == ("", "a", "b")


@pytest.mark.parametrize("machine", [22, 0x9026])
def test_s390x_and_alpha_have_hash_tables_of_wide_words(machine: int) -> None:
    layout = LAYOUTS[1] if machine == 22 else LITTLE
    more = [("hash", sysv_hash(layout, 4, wide=True))]
    data = with_symbols(layout, ["a", "b", "c"], [(4, "hash")], more, machine=machine)
    assert names_of(data) == ("", "a", "b", "c")
    assert elf_of(data).sysv_hash == 1


def test_a_hash_table_of_narrow_words_is_known_on_s390x_too() -> None:
    """As lld writes it, against the ABI."""
    layout = LAYOUTS[1]
    more = [("hash", layout.pack("IIII", 3, 4, 1, 2))]
    data = with_symbols(layout, ["a", "b", "c"], [(4, "hash")], more, machine=22)
    assert names_of(data) == ("", "a", "b", "c")
    assert elf_of(data).sysv_hash == NARROW


@every_layout
def test_undefined_symbols_before_the_hashed_ones_and_all_behind_them_are_there(layout: Layout) -> None:
    names = ["undefined", "also", "hashed", "hashed2", "hashed3"]
    more = [("gnu", gnu_hash(layout, 3, [1, 0, 2]))]
    data = with_symbols(layout, names, [(0x6FFFFEF5, "gnu")], more)
    assert names_of(data) == ("", *names)
    assert elf_of(data).gnu_hash == 3


@every_layout
def test_an_empty_gnu_hash_leaves_the_number_to_the_next_table(layout: Layout) -> None:
    """ld.bfd writes one bucket that is 0, whatever undefined symbols there are."""
    more = [("gnu", gnu_hash(layout, 1, [0]))]
    data = with_symbols(layout, ["a", "b", "c"], [(0x6FFFFEF5, "gnu")], more)
    assert names_of(data)[:4] == ("", "a", "b", "c")
    assert not any(names_of(data)[4:])  # at most what fits between the tables


def test_mips_says_the_number_in_a_tag_of_its_own() -> None:
    layout = LAYOUTS[3]
    assert names_of(with_symbols(layout, ["a", "b"], [(0x70000011, 3)], machine=8)) == ("", "a", "b")


def test_a_name_may_end_another_one() -> None:
    table, at = strings("printf")
    symbols = b"".join(LITTLE.symbol(each, 0x12, 0) for each in (0, at["printf"], at["printf"] + 2))
    pieces = [("symbols", symbols), ("strings", table), ("hash", sysv_hash(LITTLE, 3))]
    data = build(parts=pieces, tags=[(5, "strings"), (10, len(table)), (6, "symbols"), (4, "hash")])
    assert names_of(data) == ("", "printf", "intf")


def test_without_a_size_the_string_table_reaches_to_the_end_of_its_segment() -> None:
    table, at = strings("late")
    symbols = LITTLE.symbol(0, 0, 0) + LITTLE.symbol(at["late"], 0x12, 0)
    pieces = [("symbols", symbols), ("hash", sysv_hash(LITTLE, 2)), ("strings", table)]
    assert names_of(build(parts=pieces, tags=[(5, "strings"), (6, "symbols"), (4, "hash")])) == ("", "late")


# ---------------------------------------------------------------------------------------------------------------------
# Relocations


@every_layout
def test_relocations_are_runs_in_table_order(layout: Layout) -> None:
    shift = 32 if layout.bits == 64 else 8
    rel = b"".join(layout.relocation(info) for info in [8, 8, 8, 6 | 3 << shift, 8])
    rela = b"".join(layout.relocation(info, 5) for info in [0, 37, 37])
    plt = b"".join(layout.relocation(7 | each << shift, 0) for each in (2, 1))
    tags: list[tuple[int, Value]] = [
        (17, "rel"), (18, len(rel)), (7, "rela"), (8, len(rela)), (23, "plt"), (2, len(plt)), (20, 7),
    ]  # fmt: skip
    pieces = [("rel", rel), ("rela", rela), ("plt", plt)]
    found = elf_of(build(layout, parts=pieces, tags=tags)).tables.relocations
    assert found is not None
    assert found.rel == ((8, 0, 3), (6, 3, 1), (8, 0, 1))
    assert found.rela == ((0, 0, 1), (37, 0, 2))
    assert found.plt == ((7, 2, 1), (7, 1, 1))


def test_the_plt_has_no_addends_where_the_tag_says_so() -> None:
    layout = LAYOUTS[2]
    plt = layout.relocation(7 | 1 << 8) + layout.relocation(7 | 2 << 8)
    found = elf_of(build(layout, parts=[("plt", plt)], tags=[(23, "plt"), (2, len(plt)), (20, 17)])).tables.relocations
    assert found is not None
    assert found.plt == ((7, 1, 1), (7, 2, 1))


def test_mips64el_has_the_symbol_first_and_three_types_behind_it() -> None:
    # R_MIPS_REL32 composed with R_MIPS_64, of symbol 5
    entry = struct.pack("<QIBBBB", 0x1000, 5, 0, 0, 18, 3)
    found = elf_of(build(parts=[("rel", entry)], tags=[(17, "rel"), (18, 16)], machine=8)).tables.relocations
    assert found is not None
    assert found.rel == ((18 << 8 | 3, 5, 1),)
    big = struct.pack(">QIBBBB", 0x1000, 5, 0, 0, 18, 3)
    other = build(LAYOUTS[1], parts=[("rel", big)], tags=[(17, "rel"), (18, 16)], machine=8)
    assert elf_of(other).tables.relocations == found


def test_sparc64_keeps_data_beside_the_type() -> None:
    entry = LAYOUTS[1].relocation(4 << 32 | 0x123400 | 33, 0)
    data = build(LAYOUTS[1], parts=[("rela", entry)], tags=[(7, "rela"), (8, 24)], machine=43)
    found = elf_of(data).tables.relocations
    assert found is not None
    assert found.rela == ((33, 4, 1),)


# ---------------------------------------------------------------------------------------------------------------------
# Notes


@every_layout
def test_the_abi_tag_is_read_from_any_note_segment(layout: Layout) -> None:
    other = note(layout, b"GNU\0", 3, b"build-id-of-20-bytes")
    tag = note(layout, b"GNU\0", 1, layout.pack("IIII", 0, 3, 2, 0))
    pieces = [("one", other), ("two", note(layout, b"stapsdt\0", 1, b"12345678") + tag)]
    data = build(layout, parts=pieces, segments=[(NOTE, "one", 4), (NOTE, "two", 4)])
    assert elf_of(data).abi_tag == (0, 3, 2, 0)
    assert elf_of(build(layout)).abi_tag is None


def isa_note(layout: Layout, bits: int, align: int) -> bytes:
    def one(kind: int, value: int) -> bytes:
        data = layout.pack("III", kind, 4, value)
        return data + bytes(-len(data) % align)

    return note(layout, b"GNU\0", 5, one(0xC0000002, 3) + one(0xC0008002, bits), align)


@pytest.mark.parametrize("kind", [NOTE, PROPERTY])
@pytest.mark.parametrize(("layout", "machine", "align"), [(LAYOUTS[0], 62, 8), (LAYOUTS[2], 3, 4), (LAYOUTS[2], 62, 4)])
def test_the_level_of_the_processor_is_a_gnu_property(layout: Layout, machine: int, align: int, kind: int) -> None:
    pieces = [("note", isa_note(layout, 0b111, align))]
    assert elf_of(build(layout, parts=pieces, segments=[(kind, "note", align)], machine=machine)).isa_needed == 7


def test_the_property_of_that_number_means_nothing_on_other_machines() -> None:
    data = build(parts=[("note", isa_note(LITTLE, 7, 8))], segments=[(PROPERTY, "note", 8)], machine=183)
    assert elf_of(data).isa_needed == 0


# ---------------------------------------------------------------------------------------------------------------------
# What is looked at


def big_file() -> bytes:
    names = [f"name{each}" for each in range(2000)]
    return with_symbols(LITTLE, names, [(4, "hash")], [("hash", sysv_hash(LITTLE, 2001))])


def test_reading_leaves_the_large_tables_alone_until_they_are_asked_for() -> None:
    data = big_file()
    recorder = Recorder(data)
    elf = elf_of(recorder)
    before = sum(length for _, length in recorder.ranges())
    assert before < 2000
    assert elf.tables.symbols is not None
    assert sum(length for _, length in recorder.ranges()) > 60000


def test_parts_are_sorted_and_apart_and_suffice() -> None:
    data = big_file() + b"debug" * 10000
    kept = parts(data)
    assert all(one[0] + one[1] < other[0] for one, other in pairwise(kept))
    assert sum(length for _, length in kept) < len(data) - 40000
    assert read(Sparse(len(data), [(at, data[at : at + length]) for at, length in kept])) == read(data)


def test_a_sparse_view_reads_its_gaps_as_zero() -> None:
    view = Sparse(20, [(4, b"abcd"), (12, b"xyz")])
    assert len(view) == 20
    assert view[0:20] == b"\0\0\0\0abcd\0\0\0\0xyz\0\0\0\0\0"
    assert view[5:7] == b"bc"
    assert view[6:13] == b"cd\0\0\0\0x"
    assert view[18:99] == b"\0\0"
    assert view[9:3] == b""
    assert Sparse(3, [])[0:3] == b"\0\0\0"


def test_bytes_memoryviews_and_mapped_files_read_the_same(tmp_path: Path) -> None:
    data = big_file()
    (tmp_path / "file").write_bytes(data)
    with (tmp_path / "file").open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert read(data) == read(memoryview(data)) == read(bytearray(data)) == read(mapped)
