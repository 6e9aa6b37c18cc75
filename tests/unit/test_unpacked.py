"""What unpacks more when it runs is said to: the program that starts is not all of it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

import pytest

from libccheck import open_image
from libccheck.checking import check
from libccheck.toolchain.unpacked import newest_glibc
from tests.forge import GLIBC, Wanted, elf
from tests.values import program

COOKIE = b"MEI\014\013\012\013\016" + bytes(12) + (311).to_bytes(4, "big") + b"libpython3.11.so.1.0".ljust(64, b"\0")


def archive(libraries: Mapping[str, bytes], *, packed: bool = True) -> bytes:
    """The libraries as PyInstaller lays them behind a program, with a table of them and the cookie at the end."""
    contents, table = b"", b""
    for name, data in libraries.items():
        stored = zlib.compress(data) if packed else data
        entry = struct.pack("!IIIBc", len(contents), len(stored), len(data), packed, b"b") + name.encode() + b"\0"
        table += struct.pack("!I", len(entry) + 4) + entry
        contents += stored
    whole = len(contents) + len(table) + 88
    numbers = struct.pack("!IIII", whole, len(contents), len(table), 311)
    return contents + table + COOKIE[:8] + numbers + COOKIE[24:]


def library(version: str) -> bytes:
    return elf(soname="liba.so.1", needed=["libc.so.6"], wants=[Wanted("log", version)])


def told(data: bytes, reference: str = "debian:bookworm") -> list[tuple[str, str]]:
    image = open_image(f"catalog:{reference}", platform="linux/amd64")
    made = check([program(data)], [image], bases=lambda _: ()).checks[0]
    return [(each.code, each.subject) for each in made.advice if each.code == "LC315"]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (elf(interpreter=GLIBC, needed=["libc.so.6"]) + COOKIE, [("LC315", "PyInstaller")]),
        (elf(kind=2, text=b"UPX!") + bytes(400) + b"UPX!", [("LC315", "UPX")]),
        (elf(interpreter=GLIBC, needed=["libc.so.6"]) + COOKIE[:8], []),
        (elf(interpreter=GLIBC, needed=["libc.so.6"]), []),
    ],
    ids=["PyInstaller", "UPX", "only the first word", "an ordinary program"],
)
def test_of_what_unpacks_more_when_it_runs(data: bytes, found: list[tuple[str, str]]) -> None:
    assert told(data) == found


def test_of_what_does_not_start_nothing_is_said_of_later() -> None:
    assert told(elf(interpreter=GLIBC, needed=["libc.so.6"]) + COOKIE, "alpine:3.20") == []


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    ("reference", "found"),
    [("debian:bookworm", [("LC315", "GLIBC_2.38")]), ("debian:trixie", [])],
)
def test_the_newest_glibc_that_a_library_in_it_asks_for_counts(
    reference: str, found: list[tuple[str, str]], packed: bool
) -> None:
    inside = {"liba.so.1": library("GLIBC_2.38"), "libb.so.1": library("GLIBC_2.17"), "notes": b"GLIBC_2.99"}
    assert told(elf(interpreter=GLIBC, needed=["libc.so.6"]) + archive(inside, packed=packed), reference) == found


@pytest.mark.parametrize("place", range(8, 24))
def test_an_archive_that_lies_about_itself_is_not_read(place: int) -> None:
    data = bytearray(archive({"liba.so.1": library("GLIBC_2.38")}))
    data[len(data) - 88 + place] ^= 0xFF
    assert newest_glibc(memoryview(bytes(data))) in (None, ("liba.so.1", (2, 38)))


def test_a_library_that_cannot_be_unpacked_is_left_out() -> None:
    data = archive({"liba.so.1": library("GLIBC_2.38")})
    assert newest_glibc(memoryview(data)) == ("liba.so.1", (2, 38))
    assert newest_glibc(memoryview(data.replace(zlib.compress(library("GLIBC_2.38"))[:4], b"none", 1))) is None
