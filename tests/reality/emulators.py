"""The emulators of this machine: which programs they are, and the rules by which binfmt_misc hands on to them."""

from __future__ import annotations

import shutil
from typing import Literal, NamedTuple

from libccheck.machines import machine_number
from libccheck.model import Emulator
from tests import toolchains
from tests.reality.programs.sources import ARCHITECTURES

_FLAGS = "PF"
"""argv[0] is kept; the program is opened once, when the rule is made, so that no root needs to have it."""
_QEMU = {"arm64": "aarch64", "armhf": "arm", "riscv64": "riscv64", "ppc64el": "ppc64le", "s390x": "s390x"}
"""qemu's names of Debian's architectures; i386 is missing, since the kernel runs its programs itself."""


class Emulated(NamedTuple):
    """`qemu` is the name of the machine in that of the program."""

    architecture: str
    qemu: str

    def program(self) -> str:
        """Its path; MissingError where it is not installed."""
        for name in (f"qemu-{self.qemu}-static", f"qemu-{self.qemu}"):
            found = shutil.which(name)
            if found:
                return found
        raise toolchains.MissingError(f"qemu-{self.qemu}-static is not installed")

    def rule(self) -> str:
        """A line for binfmt_misc: programs with an ELF header of that machine, fixed or not, of any system."""
        number = machine_number(ARCHITECTURES[self.architecture].machine)
        assert number is not None
        order: Literal["little", "big"] = "little" if number.little_endian else "big"
        ident = b"\x7fELF" + bytes((number.bits // 32, 1 if number.little_endian else 2, 1)) + bytes(9)
        magic = ident + (2).to_bytes(2, order) + number.machine.to_bytes(2, order)
        mask = b"\xff" * 7 + b"\0" + b"\xff" * 8 + (0xFFFE).to_bytes(2, order) + b"\xff\xff"
        return f":qemu-{self.qemu}:M::{_escaped(magic)}:{_escaped(mask)}:{self.program()}:{_FLAGS}"

    def emulator(self) -> Emulator:
        """The same as the predictions are told it."""
        return Emulator(ARCHITECTURES[self.architecture].machine, self.program(), _FLAGS)


def _escaped(data: bytes) -> str:
    return "".join(f"\\x{each:02x}" for each in data)


EMULATORS = {name: Emulated(name, qemu) for name, qemu in _QEMU.items()}
"""By Debian's name of the architecture."""
