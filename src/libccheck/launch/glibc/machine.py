"""What differs from machine to machine: sizes, and the relocation types that `sysdeps/*/dl-machine.h` knows."""

from __future__ import annotations

from libccheck.record import NamedTuple

ELF_HEADER = {32: 52, 64: 64}
PROGRAM_HEADER = {32: 32, 64: 56}


class Types(NamedTuple):
    """Relocation types by what they ask of a symbol look-up.

    plt: ELF_RTYPE_CLASS_PLT, an undefined symbol is no definition; copy: ELF_RTYPE_CLASS_COPY, the program is passed
    over; plain: all others that are known; without: those that look up nothing; slot: what a lazily bound call has;
    indirect: R_*_IRELATIVE, which may stand among those.
    """

    plt: frozenset[int]
    copy: int
    plain: frozenset[int]
    without: frozenset[int]
    slot: int
    descriptor: int
    complete: bool = True
    indirect: int = -1


_TYPES = {
    62: Types(
        frozenset((7, 16, 17, 18, 36)), 5, frozenset((1, 2, 6, 10, 32, 33)), frozenset((0, 8, 37, 38)),
        7, 36, True, 37,
    ),
    3: Types(frozenset((7, 14, 35, 36, 37, 41)), 5, frozenset((1, 2, 6, 38)), frozenset((0, 8, 42)), 7, 41, True, 42),
    183: Types(
        frozenset((1026, 1028, 1029, 1030, 1031)), 1024, frozenset((257, 258, 1025)), frozenset((0, 256, 1027, 1032)),
        1026, 1031, True, 1032,
    ),
    40: Types(
        frozenset((13, 17, 18, 19, 22)), 20, frozenset((1, 2, 3, 21)), frozenset((0, 23, 160)), 22, 13, True, 160
    ),
    21: Types(frozenset((21, 68, 73, 78)), 19, frozenset((20, 38)), frozenset((0, 22, 248)), 21, -1, False),
    22: Types(frozenset((11, 54, 55, 56)), 9, frozenset((10, 22)), frozenset((0, 12, 61)), 11, -1, False),
    243: Types(frozenset((5, 7, 9, 11)), 4, frozenset((1, 2)), frozenset((0, 3, 58)), 5, 12, False),
    258: Types(frozenset((5, 7, 9, 11)), 4, frozenset((1, 2)), frozenset((0, 3, 12)), 5, 13, False),
}  # fmt: skip
"""By e_machine."""

VDSO = {3: ("linux-gate.so.1", ("LINUX_2.5", "LINUX_2.6")), 62: ("linux-vdso.so.1", ("LINUX_2.6",))}
"""The name of the vDSO, and the versions it defines."""
VDSO_OTHERS = ("linux-vdso.so.1", ("LINUX_2.6", "LINUX_2.6.29", "LINUX_2.6.39", "LINUX_4.15"))


def types(machine: int) -> Types | None:
    return _TYPES.get(machine)
