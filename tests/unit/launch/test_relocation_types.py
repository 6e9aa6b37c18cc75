"""The numbers of relocation types that the loaders tell apart, against the names that the ABIs give them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from elftools.elf import enums

from libccheck.launch.glibc import machine as glibc
from libccheck.launch.musl import symbols as musl
from libccheck.launch.musl import tls
from libccheck.launch.uclibc import relocate as uclibc

_RISCV = {
    "R_RISCV_32": 1,
    "R_RISCV_64": 2,
    "R_RISCV_RELATIVE": 3,
    "R_RISCV_COPY": 4,
    "R_RISCV_JUMP_SLOT": 5,
    "R_RISCV_TLS_DTPMOD32": 6,
    "R_RISCV_TLS_DTPMOD64": 7,
    "R_RISCV_TLS_DTPREL32": 8,
    "R_RISCV_TLS_DTPREL64": 9,
    "R_RISCV_TLS_TPREL32": 10,
    "R_RISCV_TLS_TPREL64": 11,
    "R_RISCV_TLSDESC": 12,
    "R_RISCV_IRELATIVE": 58,
    "R_RISCV_NONE": 0,
}
# What pyelftools lacks, and what the GNU tools have the other way round.
_NEWER: Mapping[str, int] = {
    "R_X86_64_SIZE32": 32,
    "R_X86_64_SIZE64": 33,
    "R_X86_64_RELATIVE64": 38,
    "R_386_SIZE32": 38,
    "R_386_TLS_DESC": 41,
    "R_386_IRELATIVE": 42,
    "R_ARM_TLS_DESC": 13,
    "R_ARM_IRELATIVE": 160,
    "R_AARCH64_NONE": 0,
    "R_AARCH64_NULL": 256,
    "R_AARCH64_TLSDESC": 1031,
    "R_AARCH64_IRELATIVE": 1032,
    "R_AARCH64_TLS_DTPMOD64": 1028,
    "R_AARCH64_TLS_DTPREL64": 1029,
    "R_PPC_DTPMOD32": 68,
    "R_PPC_TPREL32": 73,
    "R_PPC_DTPREL32": 78,
}
_X86_64 = ({**enums.ENUM_RELOC_TYPE_x64, **_NEWER}, "R_X86_64_")
_I386 = ({**enums.ENUM_RELOC_TYPE_i386, **_NEWER}, "R_386_")
_ARM = ({**enums.ENUM_RELOC_TYPE_ARM, **_NEWER}, "R_ARM_")
_AARCH64 = ({**enums.ENUM_RELOC_TYPE_AARCH64, **_NEWER}, "R_AARCH64_")
_PPC = ({**enums.ENUM_RELOC_TYPE_PPC, **_NEWER}, "R_PPC_")
_PPC64 = (enums.ENUM_RELOC_TYPE_PPC64, "R_PPC64_")
_S390X = (enums.ENUM_RELOC_TYPE_S390X, "R_390_")
_OF_RISCV = (_RISCV, "R_RISCV_")
_LOONGARCH = (enums.ENUM_RELOC_TYPE_LOONGARCH, "R_LARCH_")

Names = tuple[Mapping[str, int], str]


def numbers(names: Names, words: str) -> frozenset[int]:
    return frozenset(names[0][names[1] + each] for each in words.split())


# machine: names, then as `arch/*/reloc.h` has them: plain ones, of the PLT, copied, of thread-local data
MUSL: Mapping[str, tuple[Names, str, str, str, str]] = {
    "x86_64": (_X86_64, "64 PC32 GLOB_DAT RELATIVE DTPOFF64", "JUMP_SLOT", "COPY", "DTPMOD64 TPOFF64 TLSDESC"),
    "x32": (_X86_64, "32 PC32 GLOB_DAT RELATIVE DTPOFF64", "JUMP_SLOT", "COPY", "DTPMOD64 TPOFF64"),
    "i386": (
        _I386, "32 PC32 GLOB_DAT RELATIVE TLS_DTPOFF32", "JUMP_SLOT", "COPY",
        "TLS_TPOFF TLS_TPOFF32 TLS_DTPMOD32 TLS_DESC",
    ),
    "arm": (
        _ARM, "ABS32 GLOB_DAT RELATIVE TLS_DTPOFF32", "JUMP_SLOT", "COPY", "TLS_DTPMOD32 TLS_TPOFF32 TLS_DESC",
    ),
    "aarch64": (
        _AARCH64, "ABS64 GLOB_DAT RELATIVE TLS_DTPREL64", "JUMP_SLOT", "COPY", "TLS_DTPMOD64 TLS_TPREL64 TLSDESC",
    ),
    "ppc64le": (_PPC64, "ADDR64 UADDR64 GLOB_DAT RELATIVE DTPREL64", "JMP_SLOT", "COPY", "DTPMOD64 TPREL64"),
    "ppc": (_PPC, "ADDR32 UADDR32 GLOB_DAT RELATIVE DTPREL32", "JMP_SLOT", "COPY", "DTPMOD32 TPREL32"),
    "s390x": (_S390X, "64 GLOB_DAT RELATIVE TLS_DTPOFF", "JMP_SLOT", "COPY", "TLS_DTPMOD TLS_TPOFF"),
    "riscv64": (_OF_RISCV, "64 RELATIVE TLS_DTPREL64", "JUMP_SLOT", "COPY", "TLS_DTPMOD64 TLS_TPREL64 TLSDESC"),
    "riscv32": (_OF_RISCV, "32 RELATIVE TLS_DTPREL32", "JUMP_SLOT", "COPY", "TLS_DTPMOD32 TLS_TPREL32 TLSDESC"),
    "loongarch64": (_LOONGARCH, "64 RELATIVE TLS_DTPREL64", "JUMP_SLOT", "COPY", "TLS_DTPMOD64 TLS_TPREL64"),
}  # fmt: skip


@pytest.mark.parametrize("machine", MUSL)
def test_musl_knows_its_types(machine: str) -> None:
    names, *roles = MUSL[machine]
    known: dict[str, set[int]] = {}
    for number, role in musl._TYPES_OF[machine].items():
        known.setdefault(role, set()).add(number)
    expected = dict(zip(("plain", "plt", "copy", "tls"), (numbers(names, each) for each in roles), strict=True))
    assert known == expected
    offsets = {each for each in roles[3].split() if "TPOFF" in each or "TPREL" in each}
    assert set(tls._OFFSETS[machine]) == numbers(names, " ".join(offsets))
    if machine in musl._GOT:
        assert {musl._GOT[machine]} == numbers(names, "GLOB_DAT")


# e_machine: names, then ELF_RTYPE_CLASS_PLT, _COPY, others that look a symbol up, those that do not, the lazy ones
GLIBC: Mapping[int, tuple[Names, str, str, str, str, str]] = {
    62: (
        _X86_64, "JUMP_SLOT DTPMOD64 DTPOFF64 TPOFF64 TLSDESC", "COPY", "64 PC32 GLOB_DAT 32 SIZE32 SIZE64",
        "NONE RELATIVE IRELATIVE RELATIVE64", "JUMP_SLOT TLSDESC IRELATIVE",
    ),
    3: (
        _I386, "JUMP_SLOT TLS_TPOFF TLS_DTPMOD32 TLS_DTPOFF32 TLS_TPOFF32 TLS_DESC", "COPY", "32 PC32 GLOB_DAT SIZE32",
        "NONE RELATIVE IRELATIVE", "JUMP_SLOT TLS_DESC IRELATIVE",
    ),
    183: (
        _AARCH64, "JUMP_SLOT TLS_DTPMOD64 TLS_DTPREL64 TLS_TPREL64 TLSDESC", "COPY", "ABS64 ABS32 GLOB_DAT",
        "NONE NULL RELATIVE IRELATIVE", "JUMP_SLOT TLSDESC IRELATIVE",
    ),
    40: (
        _ARM, "JUMP_SLOT TLS_DTPMOD32 TLS_DTPOFF32 TLS_TPOFF32 TLS_DESC", "COPY", "PC24 ABS32 REL32 GLOB_DAT",
        "NONE RELATIVE IRELATIVE", "JUMP_SLOT TLS_DESC IRELATIVE",
    ),
    21: (_PPC64, "JMP_SLOT DTPMOD64 TPREL64 DTPREL64", "COPY", "GLOB_DAT ADDR64", "NONE RELATIVE IRELATIVE", ""),
    22: (_S390X, "JMP_SLOT TLS_DTPMOD TLS_DTPOFF TLS_TPOFF", "COPY", "GLOB_DAT 64", "NONE RELATIVE IRELATIVE", ""),
}  # fmt: skip


@pytest.mark.parametrize("machine", GLIBC)
def test_glibc_knows_its_types(machine: int) -> None:
    names, plt, copy, plain, without, lazy = GLIBC[machine]
    types = glibc.types(machine)
    assert types is not None
    known = (types.plt, frozenset({types.copy}), types.plain, types.without)
    assert known == tuple(numbers(names, each) for each in (plt, copy, plain, without))
    assert types.slot in types.plt
    assert types.complete == bool(lazy)
    if lazy:
        assert [types.slot, types.descriptor, types.indirect] == [names[0][names[1] + each] for each in lazy.split()]


UCLIBC = {
    "x86_64": (_X86_64, "64 PC32 GLOB_DAT JUMP_SLOT 32", "DTPMOD64 DTPOFF64 TPOFF64", "COPY JUMP_SLOT RELATIVE"),
    "i386": (
        _I386, "32 PC32 GLOB_DAT JUMP_SLOT RELATIVE", "TLS_TPOFF TLS_DTPMOD32 TLS_DTPOFF32 TLS_TPOFF32",
        "COPY JUMP_SLOT RELATIVE",
    ),
    "arm": (
        _ARM, "PC24 ABS32 GLOB_DAT JUMP_SLOT RELATIVE", "TLS_DTPMOD32 TLS_DTPOFF32 TLS_TPOFF32",
        "COPY JUMP_SLOT RELATIVE",
    ),
    "aarch64": (_AARCH64, "ABS64 GLOB_DAT JUMP_SLOT RELATIVE", "TLS_TPREL64 TLSDESC", "COPY JUMP_SLOT RELATIVE"),
}  # fmt: skip


@pytest.mark.parametrize("machine", UCLIBC)
def test_uclibc_knows_its_types(machine: str) -> None:
    names, plain, of_threads, single = UCLIBC[machine]
    kinds = uclibc._KINDS[machine]
    assert (kinds.plain, kinds.tls) == (numbers(names, plain), numbers(names, of_threads))
    assert [kinds.copy, kinds.slot, kinds.relative] == [names[0][names[1] + each] for each in single.split()]
