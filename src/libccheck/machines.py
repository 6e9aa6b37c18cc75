"""Machines by name: what an ELF header says, what a platform string says, what a kernel runs besides its own."""

from __future__ import annotations

from libccheck.model import Elf, Emulator, Host
from libccheck.record import NamedTuple

_EM_ARM_HARD_FLOAT = 0x400
_EF_ARM_EABI5 = 0x05000000
_EF_PPC64_ABI = 3

_BY_NUMBER = {
    # e_machine: (32-bit little, 32-bit big, 64-bit little, 64-bit big); include/uapi/linux/elf-em.h
    2: ("", "sparc", "", ""),
    3: ("i386", "", "", ""),
    4: ("", "m68k", "", ""),
    8: ("mipsel", "mips", "mips64el", "mips64"),
    15: ("", "hppa", "", ""),
    18: ("", "sparc32plus", "", ""),
    20: ("", "ppc", "", ""),
    21: ("", "", "ppc64le", "ppc64"),
    22: ("", "s390", "", "s390x"),
    40: ("arm", "armeb", "", ""),
    42: ("sh4", "sh4eb", "", ""),
    43: ("", "", "", "sparc64"),
    62: ("x32", "", "x86_64", ""),
    93: ("arc", "", "", ""),
    183: ("aarch64_ilp32", "", "aarch64", "aarch64_be"),
    195: ("arcv2", "", "", ""),
    243: ("riscv32", "", "riscv64", ""),
    252: ("csky", "", "", ""),
    258: ("loongarch32", "", "loongarch64", ""),
    0x9026: ("", "", "alpha", ""),
}

PLATFORMS = {
    "linux/386": "i386",
    "linux/amd64": "x86_64",
    "linux/arm": "armhf",
    "linux/arm/v5": "arm",
    "linux/arm/v6": "armhf",
    "linux/arm/v7": "armhf",
    "linux/arm64": "aarch64",
    "linux/arm64/v8": "aarch64",
    "linux/loong64": "loongarch64",
    "linux/mips": "mips",
    "linux/mips64": "mips64",
    "linux/mips64le": "mips64el",
    "linux/mipsle": "mipsel",
    "linux/ppc64": "ppc64",
    "linux/ppc64le": "ppc64le",
    "linux/riscv64": "riscv64",
    "linux/s390x": "s390x",
}
"""Docker's platform strings (GOOS/GOARCH/variant) to machine names."""

_COMPATIBLE = {
    "aarch64": ("arm", "armhf"),
    "armhf": ("arm",),
    "arm": ("armhf",),
    "ppc64": ("ppc",),
    "s390x": ("s390",),
    "mips64": ("mips",),
    "mips64el": ("mipsel",),
    "sparc64": ("sparc", "sparc32plus"),
    "x86_64": ("i386",),
}


_USUAL_FLAGS = "POCF"
_BY_OPTION = ("x32",)
_EMULATED = frozenset(
    (
        *("aarch64", "aarch64_be", "alpha", "arm", "armeb", "hppa", "i386", "loongarch64", "m68k", "mips", "mips64"),
        *("mips64el", "mipsel", "ppc", "ppc64", "ppc64le", "riscv32", "riscv64", "s390x", "sh4", "sh4eb", "sparc"),
        *("sparc32plus", "sparc64", "x86_64"),
    )
)
"""The machines that qemu-user knows, which has the same names for them."""


def machine_name(elf: Elf) -> str:
    """The machine of an ELF file, as `uname -m` and the distributions call it; "machine 77" for one without a name."""
    names = _BY_NUMBER.get(elf.machine)
    name = names[(2 if elf.bits == 64 else 0) + (not elf.little_endian)] if names else ""
    if name == "arm" and elf.flags & _EM_ARM_HARD_FLOAT:
        return "armhf"
    return name or f"machine {elf.machine}"


class Number(NamedTuple):
    """What an ELF header says of a machine."""

    machine: int
    bits: int
    little_endian: bool
    flags: int


def machine_number(name: str) -> Number | None:
    """What the ELF header of a program for that machine says; None for a machine without a name."""
    plain = "arm" if name == "armhf" else name
    for machine, names in _BY_NUMBER.items():
        if plain in names:
            place = names.index(plain)
            flags = _EF_ARM_EABI5 | (_EM_ARM_HARD_FLOAT if name == "armhf" else 0) if plain == "arm" else 0
            return Number(machine, 64 if place > 1 else 32, place % 2 == 0, flags)
    return None


def platform_machine(platform: str) -> str:
    """The machine of a platform string: "linux/arm64/v8" gives "aarch64"; unknown architectures give their own name."""
    machine = PLATFORMS.get(platform) or PLATFORMS.get("/".join(platform.split("/")[:2]))
    return machine or platform.split("/")[1] if "/" in platform else platform


def runs(host: Host, machine: str) -> bool:
    """Whether the host's kernel itself takes a program of that machine (emulation by binfmt_misc not counted)."""
    if machine == host.machine or machine in _COMPATIBLE.get(host.machine, ()):
        return True
    found = emulator_for(host, machine)
    return found is not None and not found.path


def emulator_for(host: Host, machine: str) -> Emulator | None:
    """The rule that hands programs for that machine on; the one for arm takes both kinds of floating point."""
    alike = ("arm", "armhf") if machine in ("arm", "armhf") else (machine,)
    return next((each for each in host.emulated if each.machine in alike), None)


def usual_emulator(machine: str, path: str = "", flags: str = _USUAL_FLAGS) -> Emulator | None:
    """What is registered for that machine where Docker's or a distribution's packages do it; None if nothing can be.

    `path` is by default where the image that installs emulators for Docker has them.
    """
    if machine in _BY_OPTION:
        return Emulator(machine, "")
    name = "arm" if machine == "armhf" else machine
    return Emulator(machine, path or f"/usr/bin/qemu-{name}", flags) if name in _EMULATED else None
