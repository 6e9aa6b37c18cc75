"""Damaged programs: whatever they claim, there are facts, a card and data, and soon."""

from __future__ import annotations

import json
import random
import struct
import time
from pathlib import Path

import pytest

from libccheck.facts import Facts, facts_of, without_data
from libccheck.formats.inspect_json import as_data
from libccheck.formats.inspect_text import render
from libccheck.formats.paper import Paper
from libccheck.notes import read
from libccheck.toolchain.go import build_info
from tests.forge import GLIBC, Wanted, elf
from tests.values import program

WHOLE = elf(
    interpreter=GLIBC,
    needed=["libc.so.6"],
    wants=[Wanted("dlopen", "GLIBC_2.34"), Wanted("a", "GLIBC_PRIVATE")],
    exports=["b"],
    runpath="$ORIGIN",
)
FAR = struct.pack("<Q", 0xFFFFFFFFFFFFFFF0)


def all_of(data: bytes) -> Facts:
    """The facts, and all that is made of them."""
    facts = without_data(facts_of(program(data), read(data) if data[:4] == b"\x7fELF" else None))
    render([facts], Paper(80), verbose=True)
    render([facts, facts], Paper(80))
    json.dumps(as_data(facts))
    return facts


def test_a_program_cut_anywhere_has_facts() -> None:
    for end in range(0, len(WHOLE), 3):
        all_of(WHOLE[:end])


@pytest.mark.parametrize("field", range(8))
def test_a_segment_may_claim_any_address(field: int) -> None:
    """The fields of the second program header, the PT_LOAD, each beyond what an index holds."""
    for header in range(3):
        data = bytearray(WHOLE)
        at = 64 + 56 * header + 8 * field
        data[at : at + 8] = FAR
        all_of(bytes(data[: len(WHOLE)]))


def test_random_damage_has_facts_and_costs_little() -> None:
    shell = Path("/bin/sh").resolve()
    sources = [WHOLE] + ([shell.read_bytes()] if shell.is_file() and shell.stat().st_size < 1 << 21 else [])
    chance = random.Random(11)
    worst = 0.0
    for _ in range(150):
        data = bytearray(chance.choice(sources))
        for _ in range(chance.randint(1, 20)):
            at = chance.choice((chance.randrange(min(1024, len(data))), chance.randrange(len(data))))
            data[at] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
        before = time.process_time()
        all_of(bytes(data))
        worst = max(worst, time.process_time() - before)
    assert worst < 5


def test_names_as_long_as_the_file_do_not_flood_the_terminal() -> None:
    data = elf(
        interpreter=GLIBC,
        needed=["x" * 1_000_000],
        wants=[Wanted("y" * 1_000_000, "GLIBC_2.5")],
        soname="z" * 1_000_000,
    )
    before = time.process_time()
    assert len(render([facts_of(program(data))], Paper(80), verbose=True)) < 50_000
    assert time.process_time() - before < 5


def test_many_marks_of_go_cost_little() -> None:
    """Each of them claims a string of a megabyte."""
    mark = b"\xff Go buildinf:\x08\x02" + bytes(16) + b"\x80\x80\x40"
    data = elf(kind=2) + (mark + bytes(-len(mark) % 16)) * 100_000
    found = facts_of(program(elf(kind=2))).binary
    assert found is not None
    before = time.process_time()
    assert build_info(found.elf, data) is None
    assert time.process_time() - before < 5
