"""What header, flags and notes say of the ABI."""

from __future__ import annotations

from typing import Any

import pytest

from libccheck import elf as elf_reader
from libccheck.facts import abi
from libccheck.model import Elf, Segment
from tests.forge import elf as forged

PLAIN = elf_reader.read(forged(needed=("libc.so.6",)))
assert PLAIN is not None
ARM, MIPS, PPC64, RISCV, LOONGARCH = 40, 8, 21, 243, 258


def made(machine: int, flags: int = 0, bits: int = 64, little: bool = True) -> Elf:
    assert PLAIN is not None
    return PLAIN._replace(machine=machine, flags=flags, bits=bits, little_endian=little)


@pytest.mark.parametrize(
    ("elf", "words"),
    [
        (made(62), None),
        (made(62, bits=32), "ILP32"),
        (made(ARM, 0x5000400, 32), "EABI5, hard float"),
        (made(ARM, 0x5000200, 32), "EABI5, soft float"),
        (made(ARM, 0x5000002, 32), "EABI5"),
        (made(ARM, 0, 32), "OABI"),
        (made(MIPS, 0x50001007, 32, little=False), "o32"),
        (made(MIPS, 0x60000027, 32), "n32"),
        (made(MIPS, 0xA0000407, 64), "n64, release 6, NaN 2008"),
        (made(PPC64, 2), "ELFv2"),
        (made(PPC64, 0), "ELFv2"),
        (made(PPC64, 0, little=False), "ELFv1"),
        (made(RISCV, 5), "lp64d, compressed"),
        (made(RISCV, 0), "lp64"),
        (made(RISCV, 8, 32), "ilp32e"),
        (made(LOONGARCH, 0x43), "lp64d"),
        (made(LOONGARCH, 0x41), "lp64s"),
    ],
)
def test_the_abi_is_named_in_the_machines_terms(elf: Elf, words: str | None) -> None:
    assert abi.abi(elf) == words


@pytest.mark.parametrize(
    ("byte", "tag", "system"),
    [(0, None, None), (3, None, None), (9, None, "FreeBSD"), (0, (1, 2, 0, 0), "GNU/Hurd"), (0, (0, 3, 2, 0), None)],
)
def test_another_system_shows(byte: int, tag: tuple[int, int, int, int] | None, system: str | None) -> None:
    elf = made(62)
    assert abi.other_system(elf._replace(ident=elf.ident[:7] + bytes([byte]) + elf.ident[8:], abi_tag=tag)) == system


def test_the_oldest_kernel_is_that_of_the_note() -> None:
    assert abi.lowest_kernel(made(62)._replace(abi_tag=(0, 4, 19, 0))) == "4.19.0"
    assert abi.lowest_kernel(made(62)._replace(abi_tag=(1, 4, 19, 0))) is None
    assert abi.lowest_kernel(made(62)) is None


@pytest.mark.parametrize(
    ("bits", "level"),
    [
        (0, None),
        (1, "x86-64-baseline"),
        (3, "x86-64-v2"),
        (4, "x86-64-v3"),
        (15, "x86-64-v4"),
        (16, "unknown bits 0x10"),
    ],
)
def test_the_highest_bit_is_the_level(bits: int, level: str | None) -> None:
    assert abi.isa_level(made(62)._replace(isa_needed=bits)) == level


def test_only_x86_has_levels() -> None:
    assert abi.isa_level(made(ARM, bits=32)._replace(isa_needed=4)) is None


def test_the_stack_is_what_its_segment_says() -> None:
    elf = made(62)
    assert abi.stack(elf) == abi.Stack(False, False, 0)
    for flags, executable in ((6, False), (7, True)):
        segment = Segment(0x6474E551, flags, 0, 0, 0, 1 << 20, 16)
        assert abi.stack(elf._replace(segments=(segment,))) == abi.Stack(True, executable, 1 << 20)


@pytest.mark.parametrize("change", [{"tags": (24,)}, {"dynamic_flags": 8}, {"dynamic_flags_1": 1}])
def test_three_tags_bind_everything_at_the_start(change: dict[str, Any]) -> None:
    assert not abi.binds_now(made(62))
    assert abi.binds_now(made(62)._replace(**change))


@pytest.mark.parametrize("change", [{"tags": (22,)}, {"dynamic_flags": 4}])
def test_two_tags_say_that_code_is_relocated(change: dict[str, Any]) -> None:
    assert not abi.has_text_relocations(made(62))
    assert abi.has_text_relocations(made(62)._replace(**change))
