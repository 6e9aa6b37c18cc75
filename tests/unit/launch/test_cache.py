"""/etc/ld.so.cache, sound and damaged, as each release of glibc's loader reads it."""

from __future__ import annotations

import struct

import pytest

from libccheck.launch.glibc.cache import compare, look_up
from libccheck.launch.glibc.cachefile import Table, find_table
from libccheck.launch.glibc.environment import environment
from libccheck.launch.glibc.hwcaps import subdirectories
from libccheck.launch.glibc.release import Release
from libccheck.launch.glibc.state import MAIN, Ending, Loading, Object
from libccheck.model import Died, Directory, Host, Unclear, User
from libccheck.tree import Tree
from tests.reality.perturbed.surroundings import written_cache
from tests.unit.launch.objects import elf, file

PATH = "/etc/ld.so.cache"
_NAMES = [("libfoo.so.2", "/opt/libfoo.so.2"), ("libfoo.so.1", "/opt/libfoo.so.1"), ("libbar.so", "/opt/libbar.so")]
_HEADER, _ENTRY = 48, 24


def loading_of(data: bytes, minor: int = 36, machine: int = 62, markers: tuple[str, ...] = ()) -> Loading:
    folder = Directory(0o755, 0, 0)
    root = Tree({"/": folder, "/etc": folder, PATH: file(data)})
    release = Release((2, minor), (f"cache={PATH}", *markers))
    host = Host("x86_64", kernel=(5, 10, 0), isa_level=3)
    app = elf(machine=machine)
    none = environment((), secure=False)
    loading = Loading(root, User(), "/", host, release, none, "app", "/lib/ld.so", app, False)
    loading.chain = [Object(MAIN, "", "/app", app)]
    loading.subdirectories = subdirectories(release, app, host)
    return loading


def new(*names: str, flags: int = 0x0303) -> bytes:
    return written_cache([(each, f"/opt/{each}") for each in names], flags, old=False)


def put(data: bytes, at: int, form: str, value: int) -> bytes:
    made = bytearray(data)
    struct.pack_into("<" + form, made, at, value)
    return bytes(made)


@pytest.mark.parametrize("name", ["libfoo.so.2", "libfoo.so.1", "libbar.so"])
@pytest.mark.parametrize("minor", [17, 31, 36, 43])
def test_every_name_is_found_in_both_layouts(name: str, minor: int) -> None:
    for old in (False, True):
        data = written_cache(_NAMES, 0x0303, old=old)
        assert look_up(loading_of(data, minor), name) == f"/opt/{name}"
        assert look_up(loading_of(data, minor), name + "0") is None


def test_numbers_are_compared_by_their_value_and_stand_above_characters() -> None:
    assert compare(b"lib.so.10", b"lib.so.9") > 0
    assert compare(b"lib1", b"liba") > 0 > compare(b"liba", b"lib1")
    assert compare(b"lib.so.07", b"lib.so.7") == 0
    assert compare(b"lib", b"libc") < 0
    assert compare(b"\xc3", b"a", signed=True) < 0 < compare(b"\xc3", b"a")


@pytest.mark.parametrize(("number", "counts"), [(62, False), (183, False), (3, True)])
def test_entries_of_any_libc_count_on_i386_alone(number: int, counts: bool) -> None:
    data = new("libfoo.so", flags=1)
    assert look_up(loading_of(data, machine=number), "libfoo.so") == ("/opt/libfoo.so" if counts else None)


def test_a_string_behind_the_end_is_no_entry() -> None:
    data = new("libfoo.so")
    assert look_up(loading_of(put(data, _HEADER + 4, "I", len(data))), "libfoo.so") is None
    assert look_up(loading_of(put(data, _HEADER + 8, "I", len(data))), "libfoo.so") is None


def test_since_2_32_a_cache_that_counts_too_many_entries_is_none() -> None:
    data = put(new("libfoo.so"), 20, "I", 1 << 24)
    assert look_up(loading_of(data, 32), "libfoo.so") is None
    with pytest.raises(Ending) as caught:
        look_up(loading_of(data, 31), "libfoo.so")
    assert caught.value.outcome == Died(None, "SIGSEGV")


def test_what_lies_just_behind_the_cache_is_not_known() -> None:
    with pytest.raises(Ending) as caught:
        look_up(loading_of(put(new("libfoo.so"), 20, "I", 1000), 31), "libfoo.so")
    assert isinstance(caught.value.outcome, Unclear)
    assert caught.value.findings[0].code == "LC902"


def test_entries_within_the_last_page_are_zeros() -> None:
    """Their name is the file's magic, then: what is sought below that is not found."""
    for name, found in (("libfoo.so", True), ("a.so", False)):
        loading = loading_of(put(new(name), 20, "I", 100), 31)
        assert look_up(loading, name) == (f"/opt/{name}" if found else None)


def test_a_negative_count_is_an_empty_cache() -> None:
    assert look_up(loading_of(put(new("libfoo.so"), 20, "I", 0xFFFFFFFF), 31), "libfoo.so") is None


@pytest.mark.parametrize(
    ("flags", "minor", "found"),
    [(0, 43, True), (2, 43, True), (6, 43, True), (1, 43, False), (3, 43, False), (4, 43, False), (3, 32, True)],
)
def test_since_2_33_the_byte_order_of_the_cache_counts(flags: int, minor: int, found: bool) -> None:
    data = put(new("libfoo.so"), 28, "B", flags)
    assert look_up(loading_of(data, minor), "libfoo.so") == ("/opt/libfoo.so" if found else None)


def test_the_newer_table_is_aligned_as_the_machine_aligns_64_bits() -> None:
    head = b"ld.so-1.7.0\0" + struct.pack("<IiII", 1, 1, 0, 0)
    assert len(head) % 8 == 4
    data = head + new("libfoo.so", flags=3)
    assert look_up(loading_of(data, machine=3), "libfoo.so") == "/opt/libfoo.so"
    wide = head + bytes(4) + new("libfoo.so")
    assert look_up(loading_of(wide), "libfoo.so") == "/opt/libfoo.so"
    assert look_up(loading_of(data), "libfoo.so") is None


@pytest.mark.parametrize(
    ("hwcap", "found"), [(0, True), (1 << 63, True), (2, True), (4, False), (1 << 50, True), (1 << 51, False)]
)
def test_until_2_36_better_processors_are_bits(hwcap: int, found: bool) -> None:
    data = put(new("libfoo.so"), _HEADER + 16, "Q", hwcap)
    older = loading_of(data, 31, markers=("legacy-hwcaps",))
    assert look_up(older, "libfoo.so") == ("/opt/libfoo.so" if found else None)
    assert look_up(loading_of(data, 37), "libfoo.so") == (None if hwcap else "/opt/libfoo.so")


@pytest.mark.parametrize(
    ("wanted", "minor", "found"), [(0x050A00, 31, True), (0x060000, 31, False), (0x060000, 36, True)]
)
def test_until_2_35_an_entry_may_want_a_newer_kernel(wanted: int, minor: int, found: bool) -> None:
    data = put(new("libfoo.so"), _HEADER + 12, "I", wanted)
    assert look_up(loading_of(data, minor), "libfoo.so") == ("/opt/libfoo.so" if found else None)


def test_the_first_of_several_entries_of_a_name_counts_wherever_the_search_meets_them() -> None:
    for before in range(3):
        for count in range(1, 6):
            others = [(f"libz.so.{each}", f"/opt/z{each}") for each in range(before)]
            same = [("libfoo.so", f"/{9 - each}/libfoo.so") for each in range(count)]
            data = written_cache([*others, *same], 0x0303, old=False)
            assert look_up(loading_of(data), "libfoo.so") == "/9/libfoo.so"


def test_the_byte_order_of_a_cache_is_that_of_the_machine() -> None:
    empty = b"glibc-ld.so.cache1.1" + bytes(29)
    for order, little, found in (
        (2, True, True),
        (3, True, False),
        (3, False, True),
        (2, False, False),
        (1, False, False),
    ):
        table = find_table(put(empty, 28, "B", order), 4096, 22, little, Release((2, 36), ()))
        assert (table is not None) is found


def test_the_cache_says_which_subdirectories_it_counts() -> None:
    """An extension of the cache: magic, count, then tag, flags, offset and size of each section."""
    text = b"x86-64-v2\0x86-64-v3\0\0\0\0\0"
    at = _HEADER + len(text)
    for order in "<>":

        def extended(*rest: int, tag: int = 1, place: int = at, order: str = order, text: bytes = text) -> Table:
            section = place + 8 + 16
            words = struct.pack(f"{order}IIIIII", 0xEAA42174, 1, tag, 0, section, 4 * len(rest))
            data = bytearray(_HEADER) + text + words + struct.pack(f"{order}{len(rest)}I", *rest)
            struct.pack_into(f"{order}I", data, 32, place)
            return Table(bytes(data), 4096, order, 0, new=True)

        known = extended(_HEADER, _HEADER + 10)
        assert known.subdirectories == (b"x86-64-v2", b"x86-64-v3")
        assert extended(_HEADER, 1 << 20).subdirectories == (b"x86-64-v2", b"")
        assert extended(_HEADER, tag=0).subdirectories == ()
        assert extended(_HEADER, place=0).subdirectories == ()
        assert Table(bytes(48), 4096, order, 0, new=True).subdirectories == ()


@pytest.mark.parametrize(
    ("level", "index", "best"), [(0, 0, True), (3, 0, True), (4, 0, False), (0, 1, False), (0, 2, False)]
)
def test_since_2_33_a_named_subdirectory_is_better_than_none(level: int, index: int, best: bool) -> None:
    """The host is of level 3; of the two names the second one is of no processor."""
    made = bytearray(written_cache([("libfoo.so", "/a/libfoo.so"), ("libfoo.so", "/b/libfoo.so")], 0x0303, old=False))
    struct.pack_into("<Q", made, _HEADER + 16, 1 << 62 | level << 32 | index)
    made += bytes(-len(made) % 4)
    text = len(made)
    made += b"x86-64-v3\0other\0"
    made += bytes(-len(made) % 4)
    at = len(made)
    made += struct.pack("<IIIIIIII", 0xEAA42174, 1, 1, 0, at + 24, 8, text, text + 10)
    struct.pack_into("<I", made, 32, at)
    loading = loading_of(bytes(made), markers=("hwcaps-subdirs",))
    assert look_up(loading, "libfoo.so") == ("/b/libfoo.so" if best else "/a/libfoo.so")


@pytest.mark.parametrize(
    ("machine", "flags"),
    [(62, 0x0303), (3, 3), (183, 0x0A03), (21, 0x0503), (22, 0x0403), (243, 0x1003), (258, 0x1203)],
)
def test_each_machine_has_flags_of_its_own(machine: int, flags: int) -> None:
    data = new("libfoo.so", flags=flags)
    assert look_up(loading_of(data, machine=machine), "libfoo.so") == "/opt/libfoo.so"
    assert look_up(loading_of(new("libfoo.so", flags=0x7703), machine=machine), "libfoo.so") is None
