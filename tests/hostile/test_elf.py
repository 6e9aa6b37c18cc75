"""ELF files that lie or are cut off: they read as something, at a cost that their size bounds."""

from __future__ import annotations

import struct
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libccheck.content import content
from libccheck.elf import Sparse, parts, read
from libccheck.model import Elf
from tests.elves import INTERP, LAYOUTS, NOTE, Layout, Value, build, gnu_hash, note, strings, sysv_hash

HUGE = (0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 40, (1 << 64) - 1)
TEXT = (
    b"\0FATAL: kernel too old\n\0/etc/ld.so.cache\0/lib/\0/usr/lib/\0needed != NULL\0"
    b"version->filename == NULL || ! _dl_name_match_p (version->filename, map)\0"
    b"musl libc\nDynamic Program Loader\n\0/etc/ld-musl-x.path\0001.2.5\0"
)
SECONDS, BYTES = 5.0, 64 << 20


def everything(layout: Layout = LAYOUTS[0], soname: str = "ld-linux-x86-64.so.2") -> bytes:
    """A small file that has every table that the reader knows, and the name of a loader."""
    table, at = strings(soname, "libc.so.6", "GLIBC_2.34", "GLIBC_PRIVATE", "function", "object", "/lib")
    symbols = b"".join(
        layout.symbol(each, info, section, 16, 8)
        for each, info, section in (
            (0, 0, 0),
            (at["function"], 0x12, 0),
            (at["object"], 0x11, 1),
            (at["/lib"], 0x10, 0),
        )
    )
    needs = layout.pack("HHIII", 1, 1, at["libc.so.6"], 16, 0) + layout.pack("IHHII", 1, 0, 2, at["GLIBC_2.34"], 0)
    defined = layout.pack("HHHHIII", 1, 0, 2, 1, 0, 20, 0) + layout.pack("II", at["GLIBC_PRIVATE"], 0)
    relocations = b"".join(layout.relocation(info, 0) for info in (8, 8, 6, 6 | 1 << 32 if layout.bits == 64 else 6))
    pieces = [
        ("interpreter", b"/lib/ld-linux.so.2\0"), ("note", note(layout, b"GNU\0", 1, layout.pack("IIII", 0, 3, 2, 0))),
        ("symbols", symbols), ("strings", table), ("hash", sysv_hash(layout, 4)), ("gnu", gnu_hash(layout, 2, [1, 1])),
        ("versym", layout.pack("4H", 0, 2, 2, 1)), ("needs", needs), ("defs", defined), ("rela", relocations),
        ("text", TEXT),
    ]  # fmt: skip
    tags: list[tuple[int, Value]] = [
        (1, at["libc.so.6"]), (14, at[soname]), (15, at["/lib"]), (5, "strings"), (10, len(table)), (6, "symbols"),
        (4, "hash"), (0x6FFFFEF5, "gnu"), (0x6FFFFFF0, "versym"), (0x6FFFFFFE, "needs"), (0x6FFFFFFF, 1),
        (0x6FFFFFFC, "defs"), (0x6FFFFFFD, 1), (7, "rela"), (8, len(relocations)), (9, 24),
    ]  # fmt: skip
    return build(layout, parts=pieces, tags=tags, segments=[(INTERP, "interpreter", 1), (NOTE, "note", 4)])


def looked_at(data: Any) -> Elf | None:
    """Read all that there is to read of a file, its lazy tables and what loader it could be."""
    found = content(data)
    if found.elf is not None:
        assert found.elf.tables.symbols is not None
        assert found.elf.tables.relocations is not None
    return found.elf


def cost(run: Callable[[], object]) -> tuple[float, int]:
    """Seconds of the processor, and bytes at the peak."""
    tracemalloc.start()
    begin = time.process_time()
    run()
    seconds = time.process_time() - begin
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, peak


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda each: f"{each.bits}{each.order}")
def test_a_file_cut_off_at_any_byte_reads_as_something(layout: Layout) -> None:
    data = everything(layout)
    whole = looked_at(data)
    assert whole is not None
    assert whole.needed == ("libc.so.6",)
    for end in range(len(data)):
        cut = looked_at(data[:end])
        assert (cut is None) == (end < 4)
        if cut is not None:
            assert cut.size == end
            assert len(cut.segments) <= len(whole.segments)


def test_a_cut_file_reads_the_same_from_its_parts() -> None:
    data = everything()
    for end in range(4, len(data), 7):
        cut = data[:end]
        kept = Sparse(end, [(at, cut[at : at + length]) for at, length in parts(cut)])
        assert read(kept) == read(cut)


def header_fields() -> list[tuple[int, str]]:
    """Where in a 64-bit file the header and its program headers have their numbers."""
    fields = [(32, "<Q"), (54, "<H"), (56, "<H")]
    return fields + [(64 + 56 * row + at, "<Q") for row in range(4) for at in (8, 16, 32, 40, 48)]


@pytest.mark.parametrize("value", HUGE)
@pytest.mark.parametrize(("at", "code"), header_fields())
def test_no_offset_or_size_of_the_headers_costs_more_than_the_file(at: int, code: str, value: int) -> None:
    data = bytearray(everything())
    struct.pack_into(code, data, at, value & (1 << 8 * struct.calcsize(code)) - 1)
    seconds, peak = cost(lambda: looked_at(bytes(data)))
    assert seconds < SECONDS
    assert peak < BYTES


def dynamic_entries(data: bytes) -> list[int]:
    elf = read(data)
    assert elf is not None
    start = next(each.offset for each in elf.segments if each.type == 2)
    return [start + 16 * row + 8 for row in range(len(elf.tags))]


@pytest.mark.parametrize("value", [*HUGE, 0, 1, 0x10000, 0x10001])
def test_no_value_of_the_dynamic_section_costs_more_than_the_file(value: int) -> None:
    data = everything()
    for at in dynamic_entries(data):
        lying = bytearray(data)
        struct.pack_into("<Q", lying, at, value)
        seconds, peak = cost(lambda lying=lying: looked_at(bytes(lying)))  # type: ignore[misc]
        assert seconds < SECONDS
        assert peak < BYTES


@pytest.mark.parametrize("value", [0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0, 1])
def test_no_count_or_link_inside_a_table_costs_more_than_the_file(value: int) -> None:
    """Each word of the file in turn, so also nbuckets, symoffset, nchain, the bloom size, vn_cnt, vn_next, n_descsz."""
    data = everything()
    begin = time.process_time()
    for at in range(64, len(data) - 3, 4):
        lying = bytearray(data)
        struct.pack_into("<I", lying, at, value)
        looked_at(bytes(lying))
    assert time.process_time() - begin < 12 * SECONDS
    lying = bytearray(data)
    for at in range(data.index(b"libc.so.6"), len(data) - 3, 4):
        struct.pack_into("<I", lying, at, value)
    assert cost(lambda: looked_at(bytes(lying)))[1] < BYTES


def test_millions_of_symbols_that_the_hash_promises_are_cut_at_the_end_of_the_file() -> None:
    layout = LAYOUTS[0]
    table, _ = strings("x")
    pieces = [("symbols", layout.symbol(1, 0x12, 0) * 10), ("strings", table), ("hash", sysv_hash(layout, 1 << 31))]
    elf = looked_at(build(parts=pieces, tags=[(6, "symbols"), (5, "strings"), (10, len(table)), (4, "hash")]))
    assert elf is not None
    assert elf.tables.symbols is not None
    assert 10 <= len(elf.tables.symbols.names) < 30


def test_buckets_that_are_not_there_are_not_allocated() -> None:
    layout = LAYOUTS[0]
    lying = layout.pack("IIII", 1 << 31, 1, 1 << 31, 6)
    pieces = [("symbols", layout.symbol(0, 0, 0) * 4), ("gnu", lying)]
    data = build(parts=pieces, tags=[(6, "symbols"), (0x6FFFFEF5, "gnu")])
    seconds, peak = cost(lambda: looked_at(data))
    assert seconds < SECONDS
    assert peak < 1 << 20


def test_chains_without_an_end_are_not_followed_for_every_name() -> None:
    """A thousand names, each to be sought in a chain of a hundred thousand links."""
    layout = LAYOUTS[0]
    table, at = strings("x")
    count = 100_000
    endless = layout.pack("IIII", 1, 1, 1, 6) + layout.pack("A", 0) + layout.pack("I", 1) + layout.pack("I", 2) * count
    pieces = [("symbols", layout.symbol(at["x"], 0x12, 1) * count), ("strings", table), ("gnu", endless)]
    data = build(parts=pieces, tags=[(6, "symbols"), (5, "strings"), (10, len(table)), (0x6FFFFEF5, "gnu")])
    elf = read(data)
    assert elf is not None
    begin = time.process_time()
    assert [elf.tables.hashed(f"name{each}", 1) for each in range(1000)] == [[]] * 1000
    assert time.process_time() - begin < SECONDS


def test_many_symbols_may_not_share_one_endless_name() -> None:
    """20,000 symbols with 20,000 overlapping names of up to a megabyte would be 20 GB."""
    layout = LAYOUTS[0]
    table = b"\0" + b"n" * (1 << 20)
    symbols = b"".join(layout.symbol(each, 0x12, 0) for each in range(20000))
    pieces = [("symbols", symbols), ("strings", table), ("hash", sysv_hash(layout, 20000))]
    data = build(parts=pieces, tags=[(6, "symbols"), (5, "strings"), (10, len(table)), (4, "hash")])
    seconds, peak = cost(lambda: looked_at(data))
    assert seconds < SECONDS
    assert peak < 256 << 20


def test_many_needed_names_may_not_share_one_endless_string() -> None:
    table = b"\0" + b"n" * (1 << 20)
    tags: list[tuple[int, Value]] = [(1, each) for each in range(20000)]
    data = build(parts=[("strings", table)], tags=[*tags, (5, "strings")])
    seconds, peak = cost(lambda: looked_at(data))
    assert seconds < SECONDS
    assert peak < BYTES


def test_version_needs_that_link_to_themselves_come_to_an_end() -> None:
    layout = LAYOUTS[0]
    loop = layout.pack("HHIII", 1, 0xFFFF, 0, 0, 1) * 4096
    pieces = [("strings", b"\0" * 64), ("needs", loop)]
    data = build(parts=pieces, tags=[(5, "strings"), (0x6FFFFFFE, "needs"), (0x6FFFFFFC, "needs")])
    seconds, peak = cost(lambda: looked_at(data))
    assert seconds < SECONDS
    assert peak < BYTES


def test_as_many_program_headers_as_a_header_can_promise() -> None:
    row = LAYOUTS[0].segment(NOTE, 0, 0, 1 << 40, 4)
    data = LAYOUTS[0].header(3, 62, 0xFFFF) + row * 0xFFFF
    seconds, peak = cost(lambda: looked_at(data))
    assert seconds < SECONDS
    assert peak < BYTES


flips = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=12)


@settings(max_examples=400)
@given(
    flips=flips, layout=st.sampled_from(LAYOUTS), soname=st.sampled_from(["ld-linux-x86-64.so.2", "libc.so", "libz.so"])
)
def test_flipped_bytes_never_raise(flips: list[tuple[int, int]], layout: Layout, soname: str) -> None:
    data = bytearray(everything(layout, soname))
    for at, value in flips:
        data[at % len(data)] = value
    elf = looked_at(bytes(data))
    if elf is not None:
        kept = Sparse(len(data), [(at, data[at : at + length]) for at, length in parts(data)])
        assert read(kept) == elf


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_anything_behind_the_magic_reads_as_something(data: bytes) -> None:
    assert looked_at(b"\x7fELF" + data) is not None
