"""The subdirectories for better processors that each directory is searched in first: `elf/dl-hwcaps.c`."""

from __future__ import annotations

from itertools import product

from libccheck.launch.glibc.release import Release
from libccheck.model import Elf, Host

_I386, _ARM, _X86_64, _AARCH64 = 3, 40, 62, 183
_NEWEST = 4


def subdirectories(release: Release, elf: Elf, host: Host) -> tuple[str, ...]:
    """In order of search, each with a slash behind it; the last one is "", the directory itself."""
    named = tuple([f"glibc-hwcaps/{name}/" for name in _named(release, elf, host)])
    legacy = _legacy(release, elf, host) if release.has("legacy-hwcaps") else []
    combined = []
    for chosen in product((True, False), repeat=len(legacy)):
        combined.append("".join(f"{name}/" for name, take in zip(legacy, chosen, strict=True) if take))
    return (*named, *combined)


def platform(release: Release, elf: Elf, host: Host) -> str | None:
    """What $PLATFORM stands for: AT_PLATFORM, which some releases replace by what they see of the processor."""
    level = _level(host)
    if elf.machine == _X86_64:
        return "haswell" if level >= 3 and release.since(26) else "x86_64"
    return {_I386: "i686", _AARCH64: "aarch64", _ARM: "v7l"}.get(elf.machine)


def _named(release: Release, elf: Elf, host: Host) -> list[str]:
    if not release.has("hwcaps-subdirs") or elf.machine != _X86_64:
        return []
    return [f"x86-64-v{level}" for level in range(_level(host), 1, -1)]


def _legacy(release: Release, elf: Elf, host: Host) -> list[str]:
    """The names whose combinations were tried until 2.36, the most significant one first."""
    level = _level(host)
    names = ["tls"]
    found = platform(release, elf, host)
    if found is not None:
        names.append(found)
    if elf.machine == _X86_64:
        if level >= 4 and release.since(26):
            names.append("avx512_1")
        if release.since(28):
            names.append("x86_64")
    elif elf.machine == _I386:
        names.append("sse2")
    elif elf.machine == _AARCH64 and release.since(27):
        names.append("atomics")
    elif elf.machine == _ARM:
        names += ["neon", "vfp"]
    return names


def _level(host: Host) -> int:
    return _NEWEST if host.isa_level is None else host.isa_level
