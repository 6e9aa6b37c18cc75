"""`.comment` and notes: from hand-made files, damaged ones, and held against readelf on real ones."""

from __future__ import annotations

import json
import random
import re
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from libccheck.notes import Dlopen, Notes, read
from tests.toolchains import missing

DLOPEN, PACKAGE = 0x407C0C0A, 0xCAFE1A7E
HINT = {"soname": ["liba.so.1", "liba.so.0"], "feature": "a", "description": "does a", "priority": "recommended"}


def note(owner: bytes, kind: int, data: bytes) -> bytes:
    owner += b"\0"
    return struct.pack("<III", len(owner), len(data), kind) + padded(owner) + padded(data)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def elf(comment: bytes = b"", notes: bytes = b"", *, mapped: bool = True, flags: int = 0x30) -> bytes:
    """A 64-bit file with a `.comment` and a `.note` section, the notes also in a PT_NOTE where `mapped`."""
    names = b"\0.comment\0.note\0.shstrtab\0"
    start = 64 + 56
    at_notes = start + len(comment)
    at_notes += -at_notes % 4
    at_names = at_notes + len(notes)
    table = at_names + len(names)
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    header = ident + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, table, 0, 64, 56, 1, 64, 4, 3)
    segment = struct.pack("<IIQQQQQQ", 4 if mapped else 0x6FFF0000, 4, at_notes, 0, 0, len(notes), len(notes), 4)
    rows = bytes(64)
    for name, kind, at, size, flag in (
        (1, 1, start, len(comment), flags),
        (10, 7, at_notes, len(notes), 0),
        (16, 3, at_names, len(names), 0),
    ):
        rows += struct.pack("<IIQQQQIIQQ", name, kind, flag, 0, at, size, 0, 0, 1, 0)
    body = (header + segment + comment).ljust(at_notes, b"\0")
    return body + notes + names + rows


def test_each_line_of_the_comment_is_one() -> None:
    assert read(elf(b"GCC: (GNU) 12.2.0\0\0Linker: LLD 19\0")).comment == ("GCC: (GNU) 12.2.0", "Linker: LLD 19")


def test_a_compressed_comment_is_left_alone() -> None:
    assert read(elf(b"x\x9cGCC\0", flags=0x830)) == Notes()


@pytest.mark.parametrize("mapped", [True, False])
def test_notes_count_once_whether_mapped_or_not(mapped: bool) -> None:
    notes = note(b"GNU", 3, bytes.fromhex("ab12cd")) + note(b"FDO", DLOPEN, json.dumps([HINT]).encode() + b"\0")
    found = read(elf(notes=notes, mapped=mapped))
    assert found.build_id == "ab12cd"
    assert found.dlopen == (Dlopen(("liba.so.1", "liba.so.0"), "a", "does a", "recommended"),)
    assert found.complete


def test_a_package_note_is_a_set_of_fields() -> None:
    fields = {"type": "deb", "name": "app", "count": 3}
    assert read(elf(notes=note(b"FDO", PACKAGE, json.dumps(fields).encode()))).package == (
        ("type", "deb"),
        ("name", "app"),
    )


@pytest.mark.parametrize("owner", [b"FDX", b"GNU", b""])
def test_the_owner_decides_what_a_type_means(owner: bytes) -> None:
    assert read(elf(notes=note(owner, DLOPEN, json.dumps([HINT]).encode()))).dlopen == ()


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"null",
        b"{}",
        b"[1]",
        b'[{"soname": "liba.so"}]',
        b'[{"soname": []}]',
        b'[{"soname": [1]}]',
        b"[" * 100_000,
    ],
)
def test_notes_that_say_nonsense_say_nothing(payload: bytes) -> None:
    found = read(elf(notes=note(b"FDO", DLOPEN, payload) + note(b"FDO", PACKAGE, payload)))
    assert (found.dlopen, found.package) == ((), ())


@pytest.mark.parametrize("payload", [b'[{"soname": ["a"], "feature": 3}]'])
def test_words_that_are_no_words_are_left_out(payload: bytes) -> None:
    assert read(elf(notes=note(b"FDO", DLOPEN, payload))).dlopen == (Dlopen(("a",), "", "", ""),)


def test_no_damage_raises() -> None:
    whole = elf(b"GCC: (GNU) 1\0", note(b"GNU", 3, b"abcd") + note(b"GNU", 5, bytes(64)))
    for end in range(len(whole)):
        assert isinstance(read(whole[:end]), Notes)
    chance = random.Random(7)
    for _ in range(500):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
        assert isinstance(read(bytes(data)), Notes)


def test_damage_is_told() -> None:
    whole = elf(b"GCC: (GNU) 1\0", note(b"GNU", 3, b"abcd"))
    assert read(whole).complete
    assert not read(whole[:-64]).complete
    assert not read(b"\x7fELF").complete


def test_lying_sizes_cost_little() -> None:
    """A property note that claims gigabytes, section headers without end, a comment as long as the file."""
    huge = struct.pack("<III", 4, 0xFFFFFFF0, 5) + b"GNU\0" + bytes(64)
    data = bytearray(elf(b"x", huge) + bytes(32 << 20))
    struct.pack_into("<HH", data, 58, 0, 0xFFFF)  # e_shentsize 0, e_shnum 65535
    start = time.process_time()
    read(memoryview(data))
    read(memoryview(elf(b"x", huge) + bytes(32 << 20)))
    assert time.process_time() - start < 10


@pytest.mark.parametrize("name", ["sh", sys.executable, "readelf", "make", "gcc"])
def test_build_id_and_comment_are_what_readelf_shows(name: str) -> None:
    readelf, path = shutil.which("readelf"), shutil.which(name)
    if not readelf or not path:
        missing(f"readelf or {name} is not installed")
    file = Path(path).resolve()
    if file.read_bytes()[:4] != b"\x7fELF":
        missing(f"{file} is no ELF file")
    run = subprocess.run([readelf, "-W", "-n", "-p", ".comment", file], capture_output=True, check=False)
    shown = run.stdout.decode()
    found = read(memoryview(file.read_bytes()))
    assert found.build_id == next(iter(re.findall(r"Build ID: ([0-9a-f]+)", shown)), None)
    assert list(found.comment) == re.findall(r"^  \[ *[0-9a-f]+\]  (.*)$", shown, re.MULTILINE)
