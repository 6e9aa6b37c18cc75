"""What this machine is, an input of every prediction: its processor's x86-64 level, its kernel's release."""

from __future__ import annotations

import os
import re
from pathlib import Path

_LEVELS = (
    # as Linux calls them in /proc/cpuinfo; the psABI's table of levels
    frozenset(["cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"]),
    frozenset(["abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "xsave"]),
    frozenset(["avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl"]),
)


def isa_level() -> int:
    """1 to 4: each level has all that the ones below it have."""
    flags = _flags()
    level = 1
    for wanted in _LEVELS:
        if not wanted <= flags:
            break
        level += 1
    return level


def kernel_release() -> tuple[int, ...]:
    """As (major, minor, patch)."""
    return tuple(int(each) for each in re.findall(r"\d+", os.uname().release)[:3])


def _flags() -> frozenset[str]:
    where = Path("/proc/cpuinfo")
    for line in where.read_text().splitlines() if where.exists() else ():
        if line.startswith("flags"):
            return frozenset(line.partition(":")[2].split())
    return frozenset()
