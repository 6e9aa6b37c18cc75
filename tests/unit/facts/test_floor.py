"""The lowest glibc or musl that will do, and what asks for it."""

from __future__ import annotations

import pytest

from libccheck import elf as elf_reader
from libccheck.facts.floor import Floor, glibc_floor, musl_floor
from libccheck.facts.versions import Wanted, number, wanted
from libccheck.model import Elf
from tests.forge import AARCH64, MUSL
from tests.forge import Wanted as Want
from tests.forge import elf as forged

RISCV64 = 243


def read(data: bytes) -> Elf:
    found = elf_reader.read(data)
    assert found is not None
    return found


def glibc(*versions: str, weak: tuple[str, ...] = ()) -> Floor:
    rows = [Wanted("libc.so.6", each, each in weak, (f"for_{each}",)) for each in versions]
    return glibc_floor(rows)


def musl(*names: str, machine: int = 62, weak: tuple[str, ...] = ()) -> Floor:
    wants = [Want(name, weak=name in weak) for name in names]
    return musl_floor(read(forged(interpreter=MUSL, needed=("libc.so",), wants=wants, machine=machine)))


def test_the_highest_version_counts_by_number_not_by_letter() -> None:
    assert glibc("GLIBC_2.4", "GLIBC_2.34", "GLIBC_2.9") == Floor("glibc", "2.34", ("for_GLIBC_2.34",))


def test_a_weak_version_asks_for_nothing() -> None:
    assert glibc("GLIBC_2.2.5", "GLIBC_2.25", weak=("GLIBC_2.25",)).version == "2.2.5"


def test_versions_of_other_libraries_ask_for_nothing() -> None:
    assert glibc("GLIBCXX_3.4.30", "GLIBC_2.17").version == "2.17"


def test_the_same_version_of_two_libraries_gathers_their_symbols() -> None:
    rows = [Wanted("libm.so.6", "GLIBC_2.29", False, ("exp",)), Wanted("libc.so.6", "GLIBC_2.29", False, ("a", "z"))]
    assert glibc_floor(rows).symbols == ("a", "exp", "z")


def test_private_symbols_tie_it_to_one_build() -> None:
    floor = glibc("GLIBC_2.34", "GLIBC_PRIVATE")
    assert (floor.version, floor.private, floor.markers) == ("2.34", True, ())


@pytest.mark.parametrize(
    ("highest", "version", "why"), [("2.4", "2.36", "DT_RELR"), ("2.36", "2.36", "DT_RELR"), ("2.38", "2.38", "")]
)
def test_packed_relocations_ask_for_glibc_2_36(highest: str, version: str, why: str) -> None:
    floor = glibc(f"GLIBC_{highest}", "GLIBC_ABI_DT_RELR")
    assert (floor.version, floor.why, floor.markers) == (version, why, ())


def test_other_markers_are_told_apart() -> None:
    assert glibc("GLIBC_2.34", "GLIBC_ABI_GNU2_TLS").markers == ("GLIBC_ABI_GNU2_TLS",)


def test_without_versions_any_glibc_will_do() -> None:
    assert glibc_floor([]) == Floor("glibc", None)


def test_the_newest_function_decides_for_musl() -> None:
    assert musl("open", "getentropy", "qsort_r") == Floor("musl", "1.2.3", ("qsort_r",))


def test_functions_of_one_release_stand_together() -> None:
    assert musl("statx", "preadv2").symbols == ("preadv2", "statx")


def test_a_weak_import_asks_for_no_musl() -> None:
    assert musl("qsort_r", "malloc", weak=("qsort_r",)) == Floor("musl", None)


def test_what_musl_always_had_asks_for_nothing() -> None:
    assert musl("malloc", "printf") == Floor("musl", None)


def test_a_port_asks_for_the_release_that_it_came_with() -> None:
    assert musl("malloc", machine=RISCV64) == Floor("musl", "1.1.23", (), "the riscv64 port")


def test_a_function_newer_than_the_port_counts() -> None:
    assert musl("statx", machine=AARCH64) == Floor("musl", "1.2.5", ("statx",))


def test_packed_relocations_ask_for_musl_1_2_4() -> None:
    packed = read(forged(interpreter=MUSL, needed=("libc.so",), wants=[Want("qsort_r")]))
    packed = packed._replace(tags=(*packed.tags, 36))
    assert musl_floor(packed) == Floor("musl", "1.2.4", (), "DT_RELR")


def test_each_version_has_the_symbols_that_want_it() -> None:
    data = forged(needed=("libc.so.6",), wants=[Want("b", "GLIBC_2.5"), Want("a", "GLIBC_2.5"), Want("c", "GLIBC_2.6")])
    assert wanted(read(data)) == (
        Wanted("libc.so.6", "GLIBC_2.5", False, ("a", "b")),
        Wanted("libc.so.6", "GLIBC_2.6", False, ("c",)),
    )


def test_a_version_that_no_symbol_wants_is_still_wanted() -> None:
    data = forged(needed=("libc.so.6",), versions={"libc.so.6": ["GLIBC_ABI_DT_RELR"]})
    assert wanted(read(data)) == (Wanted("libc.so.6", "GLIBC_ABI_DT_RELR", False, ()),)


@pytest.mark.parametrize(
    ("text", "parts"), [("2.34", (2, 34)), ("2.2.5", (2, 2, 5)), ("PRIVATE", ()), ("", ()), ("2.9999999999999", ())]
)
def test_only_numbers_and_dots_are_a_number(text: str, parts: tuple[int, ...]) -> None:
    assert number(text) == parts
