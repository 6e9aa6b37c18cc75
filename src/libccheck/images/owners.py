"""Who made a container or an image in an engine, and whether that process is still there (`/proc/PID/stat`)."""

from __future__ import annotations

import os

_GIVEN_UP = 3600
"""Seconds after which what another machine's process has made is nobody's any more: a run takes a minute."""


def mine() -> str:
    """A name for this process which no other one has, on no other machine: boot, PID namespace, PID, start time."""
    return "/".join((*_world(), str(os.getpid()), _start_of(os.getpid())))


def is_abandoned(owner: str, age: float) -> bool:
    """Whether the process that `mine` named so is gone; one that cannot be seen from here has had an hour.

    age: of what it has made, in seconds, by the engine's own clock.
    """
    boot, namespace, pid, start = (*owner.split("/"), "", "", "", "")[:4]
    if (boot, namespace) != _world() or not boot or not pid.isdecimal():
        return age > _GIVEN_UP
    return not start or _start_of(int(pid)) != start


def _world() -> tuple[str, str]:
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip(), os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        return "", ""


def _start_of(pid: int) -> str:
    """The clock tick at which a process began; "" where there is none."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
