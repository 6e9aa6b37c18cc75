"""The system calls that Python 3.10 has no function for: unshare, setns, mount, prctl, capset, ptrace."""

from __future__ import annotations

import ctypes
import os
import sys

NEW_MOUNTS, NEW_IPC, NEW_USERS, NEW_PIDS, NEW_NET = 0x20000, 0x08000000, 0x10000000, 0x20000000, 0x40000000
ALL_NEW = NEW_MOUNTS | NEW_IPC | NEW_USERS | NEW_PIDS | NEW_NET
READ_ONLY, NO_SETUID, NO_DEVICES, RECURSIVE, PRIVATE = 0x1, 0x2, 0x4, 0x4000, 0x40000
SET_NO_NEW_PRIVILEGES = 38
TRACE_ME, PEEK, POKE, CONTINUE, GET_REGISTERS, SET_OPTIONS = 0, 1, 4, 7, 12, 0x4200

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.restype = ctypes.c_long
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def call(function: str, *arguments: object) -> int:
    """Call a function of the C library; OSError where it gives -1."""
    ctypes.set_errno(0)
    result = int(getattr(_libc, function)(*arguments))
    if result == -1 and ctypes.get_errno():
        code = ctypes.get_errno()
        raise OSError(code, f"{function}: {os.strerror(code)}")
    return result


def mount(kind: str, target: str, flags: int, data: str | None = None) -> None:
    call("mount", kind.encode(), os.fsencode(target), kind.encode(), flags, None if data is None else os.fsencode(data))


def drop_capabilities() -> None:
    """For a process that is not root in its user namespace but holds all capabilities in it."""
    version_3 = (0x20080522).to_bytes(4, sys.byteorder)
    call("capset", version_3 + bytes(4), bytes(24))
