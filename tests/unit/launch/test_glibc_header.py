"""What glibc's loader thinks of a library for its own machine that is made for another ABI of it."""

from __future__ import annotations

import pytest

from libccheck.launch.glibc.candidate import Wanted, open_verify
from libccheck.launch.glibc.environment import environment
from libccheck.launch.glibc.header import abi_versions
from libccheck.launch.glibc.release import Release
from libccheck.launch.glibc.state import MAIN, Loading, Object, Signalled
from libccheck.model import Directory, Elf, Host, Step, User
from libccheck.tree import Tree
from tests.unit.launch.objects import elf, file

_ARM, _RISCV, _PPC64, _X86_64, _AARCH64 = 40, 243, 21, 62, 183
_SOFT, _HARD, _OLD = 0x05000200, 0x05000400, 0x04000200
_LIBRARY = "/lib/libfoo.so"


def opened(own: Elf, library: Elf, minor: int = 36, steps: list[Step] | None = None) -> str | None:
    """What becomes of the library: "found", an errno, or what the loader says."""
    folder = Directory(0o755, 0, 0)
    tree = Tree({"/": folder, "/lib": folder, _LIBRARY: file(library)})
    none = environment((), secure=False)
    loading = Loading(tree, User(), "/", Host("x86_64"), Release((2, minor), ()), none, "app", "/lib/ld.so", own, False)
    main = Object(MAIN, "", "/app", own)
    loading.chain = [main]
    loading.steps = [] if steps is None else steps
    try:
        found = open_verify(loading, Wanted("libfoo.so", main), _LIBRARY, "", [])
    except Signalled as signalled:
        return signalled.text
    return "found" if found else loading.errno


def made(machine: int, flags: int = 0, *, system: int = 0, version: int = 0) -> Elf:
    bits = 32 if machine == _ARM else 64
    value = elf(machine=machine, bits=bits)
    ident = bytearray(value.ident)
    ident[7:9] = system, version
    return value._replace(flags=flags, ident=bytes(ident))


@pytest.mark.parametrize(
    ("machine", "own", "flags", "becomes"),
    [
        (_ARM, _HARD, _HARD, "found"),
        (_ARM, _HARD, _SOFT, "internal error"),
        (_ARM, _SOFT, _HARD, "internal error"),
        (_ARM, _SOFT, _SOFT, "found"),
        (_ARM, _HARD, 0x05000000, "found"),
        (_ARM, _HARD, _OLD, "found"),
        (_RISCV, 5, 4, "found"),
        (_RISCV, 5, 1, "ENOENT"),
        (_PPC64, 2, 2, "found"),
        (_PPC64, 2, 0, "found"),
        (_PPC64, 2, 1, "ENOENT"),
        (_X86_64, 0, 3, "found"),
    ],
)
def test_the_flags_of_some_machines_name_an_abi(machine: int, own: int, flags: int, becomes: str) -> None:
    assert opened(made(machine, own), made(machine, flags)) == becomes


@pytest.mark.parametrize(("machine", "becomes"), [(_ARM, "found"), (_X86_64, "ELF file OS ABI invalid")])
def test_arm_has_an_os_abi_of_its_own(machine: int, becomes: str) -> None:
    assert opened(made(machine), made(machine, system=64)) == becomes


@pytest.mark.parametrize(
    ("machine", "minor", "versions"),
    [(_X86_64, 27, 3), (_X86_64, 28, 4), (_AARCH64, 27, 2), (_AARCH64, 28, 3), (_RISCV, 32, 3), (_RISCV, 33, 4)],
)
def test_abi_versions_are_counted_by_what_the_machine_has(machine: int, minor: int, versions: int) -> None:
    assert abi_versions(machine, Release((2, minor), ())) == versions
    for version in range(6):
        becomes = "found" if version < versions else "ELF file ABI version invalid"
        assert opened(made(machine), made(machine, system=3, version=version), minor) == becomes


def test_the_loaders_own_header_is_not_what_it_compares_with() -> None:
    own = made(_X86_64)
    damaged = own._replace(ident=own.ident[:4] + b"\1\2" + own.ident[6:])
    assert opened(damaged, made(_X86_64)) == "found"


@pytest.mark.parametrize(
    ("own", "library", "found"),
    [
        (made(_RISCV, 5), made(_RISCV, 1), "another ABI of the same machine"),
        (made(_RISCV, 5), made(_X86_64), "wrong machine"),
        (made(_RISCV, 5), made(_ARM), "wrong class"),
    ],
)
def test_the_evidence_says_why_a_library_is_passed_over(own: Elf, library: Elf, found: str) -> None:
    steps: list[Step] = []
    opened(own, library, steps=steps)
    assert [each.found for each in steps] == [found]
