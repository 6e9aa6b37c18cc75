"""What the header, the flags and the notes of an ELF file say of its ABI, in words."""

from __future__ import annotations

from libccheck.machines import machine_name
from libccheck.model import Elf
from libccheck.record import NamedTuple

_PT_GNU_STACK = 0x6474E551
_PF_X = 1
_DT_TEXTREL, _DT_BIND_NOW, _DT_RELR = 22, 24, 36
_DF_TEXTREL, _DF_BIND_NOW, _DF_1_NOW = 4, 8, 1
_X86 = (3, 62)

_SYSTEMS = {
    # EI_OSABI; 0 and 3 are what Linux has
    1: "HP-UX",
    2: "NetBSD",
    4: "GNU/Hurd",
    6: "Solaris",
    7: "AIX",
    8: "IRIX",
    9: "FreeBSD",
    12: "OpenBSD",
    13: "OpenVMS",
    17: "CloudABI",
    97: "ARM",
    255: "standalone",
}
_TAGGED_SYSTEMS = {0: "Linux", 1: "GNU/Hurd", 2: "Solaris", 3: "FreeBSD", 4: "NetBSD", 5: "Syllable", 6: "NaCl"}

_ARM_SOFT, _ARM_HARD = 0x200, 0x400
_MIPS_N32, _MIPS_NAN2008 = 0x20, 0x400
_RISCV_FLOAT = {0: "", 2: "f", 4: "d", 6: "q"}
_RISCV_COMPRESSED, _RISCV_EMBEDDED = 1, 8
_LOONGARCH_FLOAT = {1: "s", 2: "f", 3: "d"}


class Stack(NamedTuple):
    """PT_GNU_STACK: size in bytes, 0 where the program leaves it to the system; `marked` where there is one at all."""

    marked: bool
    executable: bool
    size: int


def abi(elf: Elf) -> str | None:
    """The calling convention in the machine's own terms, as "EABI5, hard float"; None where the machine has but one."""
    machine = machine_name(elf)
    if machine.startswith("arm"):
        return _arm(elf.flags)
    if machine.startswith("mips"):
        return _mips(elf)
    if machine.startswith("riscv"):
        return _riscv(elf)
    if machine.startswith("loongarch"):
        base = "lp64" if elf.bits == 64 else "ilp32"
        return base + _LOONGARCH_FLOAT.get(elf.flags & 7, "")
    if machine in ("ppc64", "ppc64le"):
        return f"ELFv{elf.flags & 3 or (2 if elf.little_endian else 1)}"
    return "ILP32" if machine in ("x32", "aarch64_ilp32") else None


def other_system(elf: Elf) -> str | None:
    """The operating system that the file was made for, where that is not Linux."""
    system = _SYSTEMS.get(elf.ident[7])
    if system is None and elf.abi_tag is not None and elf.abi_tag[0]:
        system = _TAGGED_SYSTEMS.get(elf.abi_tag[0], f"system {elf.abi_tag[0]}")
    return system


def lowest_kernel(elf: Elf) -> str | None:
    """The oldest kernel that it was made to run on, by NT_GNU_ABI_TAG: "3.2.0"."""
    if elf.abi_tag is None or elf.abi_tag[0]:
        return None
    return ".".join(map(str, elf.abi_tag[1:]))


def isa_level(elf: Elf) -> str | None:
    """What GNU_PROPERTY_X86_ISA_1_NEEDED asks of the CPU: "x86-64-v3"; None where it asks for nothing."""
    if not elf.isa_needed or elf.machine not in _X86:
        return None
    level = elf.isa_needed.bit_length()
    if level > 4:
        return f"unknown bits {elf.isa_needed:#x}"
    return "x86-64-baseline" if level == 1 else f"x86-64-v{level}"


def stack(elf: Elf) -> Stack:
    segment = next((each for each in elf.segments if each.type == _PT_GNU_STACK), None)
    if segment is None:
        return Stack(False, False, 0)
    return Stack(True, bool(segment.flags & _PF_X), segment.memsz)


def has_relr(elf: Elf) -> bool:
    return _DT_RELR in elf.tags


def has_text_relocations(elf: Elf) -> bool:
    return _DT_TEXTREL in elf.tags or bool(elf.dynamic_flags & _DF_TEXTREL)


def binds_now(elf: Elf) -> bool:
    """Whether glibc and uClibc look up every function at the start, as musl always does."""
    by_flags = elf.dynamic_flags & _DF_BIND_NOW or elf.dynamic_flags_1 & _DF_1_NOW
    return _DT_BIND_NOW in elf.tags or bool(by_flags)


def _arm(flags: int) -> str:
    version = flags >> 24
    name = f"EABI{version}" if version else "OABI"
    if flags & _ARM_HARD:
        return f"{name}, hard float"
    return f"{name}, soft float" if flags & _ARM_SOFT else name


def _mips(elf: Elf) -> str:
    name = "n64" if elf.bits == 64 else "n32" if elf.flags & _MIPS_N32 else "o32"
    release = elf.flags >> 28
    if release in (9, 10):
        name += ", release 6"
    return f"{name}, NaN 2008" if elf.flags & _MIPS_NAN2008 else name


def _riscv(elf: Elf) -> str:
    name = ("lp64" if elf.bits == 64 else "ilp32") + _RISCV_FLOAT[elf.flags & 6]
    if elf.flags & _RISCV_EMBEDDED:
        name += "e"
    return f"{name}, compressed" if elf.flags & _RISCV_COMPRESSED else name
