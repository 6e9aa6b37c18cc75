"""What machines check of a library's ELF header besides: `sysdeps/*/dl-machine.h`, `sysdeps/*/ldsodefs.h`."""

from __future__ import annotations

from libccheck.launch.glibc.release import Release
from libccheck.model import Elf

OSABI_SYSV, OSABI_GNU, OSABI_ARM = 0, 3, 64
_I386, _PPC, _PPC64, _ARM, _SPARC64, _X86_64, _RISCV = 3, 20, 21, 40, 43, 62, 243
_SPARC = (2, 18)
_WITH_IFUNC = (_I386, _X86_64, _PPC, _PPC64, *_SPARC, _SPARC64)
_EABI, _EABI_5, _FLOAT_SOFT, _FLOAT_HARD = 0xFF000000, 0x05000000, 0x200, 0x400
_PPC64_ABI = 3
_RISCV_FLOAT_ABI = 6


def systems(machine: int) -> tuple[int, ...]:
    """VALID_ELF_OSABI()."""
    return (OSABI_SYSV, OSABI_GNU, OSABI_ARM) if machine == _ARM else (OSABI_SYSV, OSABI_GNU)


def abi_versions(machine: int, release: Release) -> int:
    """LIBC_ABI_MAX: the versions are counted by what a machine has, as `libc-abis` lists it."""
    late_ifunc = machine == _RISCV and release.since(33)
    return 2 + (machine in _WITH_IFUNC) + release.since(28) + late_ifunc


def has_float_abi(loader: Elf, library: Elf) -> bool:
    """VALID_FLOAT_ABI() of 32-bit ARM: a library for the other floating point is an error without a name."""
    if loader.machine != _ARM or library.flags & _EABI != _EABI_5:
        return True
    return not library.flags & (_FLOAT_SOFT if loader.flags & _FLOAT_HARD else _FLOAT_HARD)


def matches(loader: Elf, library: Elf) -> bool:
    """elf_machine_matches_host() where it looks at e_flags; what does not match is passed over."""
    if loader.machine == _RISCV:
        return not (library.flags ^ loader.flags) & _RISCV_FLOAT_ABI
    if loader.machine == _PPC64:
        return library.flags & _PPC64_ABI in (0, loader.flags & _PPC64_ABI)
    return True
