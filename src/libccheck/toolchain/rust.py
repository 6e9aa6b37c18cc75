"""Which compiler built a Rust program, for which target, and what becomes of a panic in it."""

from __future__ import annotations

import re
from typing import Any

from libccheck.machines import machine_name
from libccheck.model import Elf
from libccheck.record import NamedTuple
from libccheck.toolchain.inside import has_glibc_inside
from libccheck.toolchain.mark import anywhere, loaded

_SOURCE = re.compile(rb"(?:/rustc/|/usr/src/rustc-)([0-9a-f]{40}|\d+\.\d+\.\d+[\w.-]{0,20})[/\\]+(?:library|src)[/\\]")
_CATCHES = re.compile(rb"cannot catch foreign exceptions")  # library/std/src/panicking.rs, which panic_unwind calls
_ABORTS = re.compile(rb"library/panic_abort/src/")
_RAISES = re.compile(rb"_Unwind_RaiseException\0")
_ENVIRONMENTS = {"glibc": "gnu", "musl": "musl"}
_ARCHITECTURES = {"i386": "i686", "armhf": "armv7", "riscv64": "riscv64gc", "ppc64le": "powerpc64le"}


class RustBuild(NamedTuple):
    """target: by machine and C library, as "x86_64-unknown-linux-gnu"; None for others than glibc and musl.

    panic: "unwind" or "abort"; None where it does not show, as in a stripped static program.
    """

    target: str | None
    panic: str | None


def rust_build(elf: Elf, data: Any, libc: str | None) -> RustBuild | None:
    """None where there is no standard library of Rust to be seen. libc: the one that a dynamic program names."""
    if rust_source(elf, data) is None:
        return None
    static = elf.interpreter is None and not elf.needed
    libc = ("glibc" if has_glibc_inside(data) else "musl") if static else libc
    environment = _ENVIRONMENTS.get(libc or "")
    machine = machine_name(elf)
    ending = "eabihf" if machine == "armhf" else ""
    architecture = _ARCHITECTURES.get(machine, machine)
    target = f"{architecture}-unknown-linux-{environment}{ending}" if environment else None
    return RustBuild(target, _panic(elf, data, static))


def _panic(elf: Elf, data: Any, static: bool) -> str | None:
    """By what the standard library's two ways of panicking say; else by who raises exceptions, as long as it shows."""
    if loaded(_CATCHES, elf, data, writable=False):
        return "unwind"
    if loaded(_ABORTS, elf, data, writable=False):
        return "abort"
    return "unwind" if anywhere(_RAISES, data) else None if static else "abort"


def rust_source(elf: Elf, data: Any) -> str | None:
    """The commit (or the release) of the Rust standard library in `data`; None where there is none to be seen."""
    match = loaded(_SOURCE, elf, data, writable=False)
    return match[1].decode("ascii") if match else None
