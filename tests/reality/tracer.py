"""Whether a program that does not announce itself was entered: a breakpoint at its entry point, by ptrace.

Works for x86-64 and i386 programs, of whatever loader: the kernel tells the entry point in AT_ENTRY.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import time
from collections.abc import Callable
from typing import NamedTuple

from tests.reality.syscalls import CONTINUE, GET_REGISTERS, PEEK, POKE, SET_OPTIONS, TRACE_ME, call

_TRACE_EXEC, _EXIT_KILL, _EVENT_EXEC = 0x10, 0x100000, 4
_AT_ENTRY = 9
_HEADER, _MACHINE, _ENTRY = 64, 18, 24  # bytes of an ELF header, and where e_machine and e_entry are in it
_I386 = 3
_BREAKPOINT = 0xCC
_REGISTERS, _INSTRUCTION_POINTER = 27, 16  # struct user_regs_struct


class Traced(NamedTuple):
    """`status` as wait(2) gives it, None where the process is still there; `late` where the time was over."""

    started: bool
    status: int | None
    late: bool


def trace_me() -> None:
    call("ptrace", TRACE_ME, 0, None, None)


def run_to_entry(pid: int, images: int, deadline: float, meanwhile: Callable[[], None]) -> Traced:
    """Follow `pid` to the entry point of the last of `images` programs that exec each other, or to its end.

    `meanwhile` is called again and again: to read what the program writes before its pipes are full.
    """
    entry = None
    while True:
        status = _wait(pid, deadline, meanwhile)
        if status is None:
            return Traced(started=False, status=None, late=True)
        if not os.WIFSTOPPED(status):
            return Traced(started=False, status=status, late=False)
        number = os.WSTOPSIG(status)
        if number == signal.SIGTRAP and entry is not None and _instruction_pointer(pid) == entry + 1:
            return Traced(started=True, status=None, late=False)
        if status >> 16 == _EVENT_EXEC or (number == signal.SIGTRAP and entry is None):
            images -= 1
            call("ptrace", SET_OPTIONS, pid, None, _TRACE_EXEC | _EXIT_KILL)
            entry = _break_at_entry(pid) if images <= 0 else -1
            number = 0
        call("ptrace", CONTINUE, pid, None, number)


def _wait(pid: int, deadline: float, meanwhile: Callable[[], None]) -> int | None:
    pause = 0.0002
    while True:
        meanwhile()
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        if time.monotonic() > deadline:
            return None
        time.sleep(pause)
        pause = min(pause * 2, 0.02)


def _break_at_entry(pid: int) -> int:
    """Where the breakpoint is; -1 where there is no entry point, or nothing at it: it runs on to its end."""
    entry = _entry(pid)
    if entry is None:
        return -1
    aligned, shift = entry & ~7, (entry & 7) * 8
    try:
        word = call("ptrace", PEEK, pid, aligned, None) & 0xFFFFFFFFFFFFFFFF
    except OSError:
        return -1
    call("ptrace", POKE, pid, aligned, word & ~(0xFF << shift) | _BREAKPOINT << shift)
    return entry


def _entry(pid: int) -> int | None:
    with open(f"/proc/{pid}/auxv", "rb") as file:
        data = file.read()
    with open(f"/proc/{pid}/exe", "rb") as file:
        header = file.read(_HEADER)
    wide = int.from_bytes(header[_MACHINE : _MACHINE + 2], "little") != _I386  # the kernel does not look at EI_CLASS
    if not any(header[_ENTRY : _ENTRY + (8 if wide else 4)]):
        return None
    pair = struct.Struct("=QQ" if wide else "=II")
    values: dict[int, int] = dict(pair.iter_unpack(data[: len(data) // pair.size * pair.size]))
    return values[_AT_ENTRY]


def _instruction_pointer(pid: int) -> int:
    registers = (ctypes.c_ulong * _REGISTERS)()
    call("ptrace", GET_REGISTERS, pid, None, ctypes.addressof(registers))
    return int(registers[_INSTRUCTION_POINTER])
