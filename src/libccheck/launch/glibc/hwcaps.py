"""The subdirectories for better processors that each directory is searched in first: `elf/dl-hwcaps.c`."""

from __future__ import annotations

from itertools import product

from libccheck.launch.glibc.release import Release
from libccheck.model import Elf, Host

_I386, _ARM, _X86_64, _AARCH64 = 3, 40, 62, 183
_NEWEST = 4
_TLS = 1 << 63
_BITS = {_X86_64: {"x86_64": 2, "avx512_1": 4}, _I386: {"sse2": 1}, _AARCH64: {"atomics": 1 << 8}}
_PLATFORMS = {_X86_64: {"haswell": 1 << 50, "xeon_phi": 1 << 51}, _I386: {"i586": 1 << 48, "i686": 1 << 49}}


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


def old_bits(release: Release, elf: Elf, host: Host) -> tuple[int, int, int]:
    """How ld.so.cache marked such subdirectories until 2.36: the bits for what is there, tls included, those that name
    a platform, and the one of this platform (`sysdeps/x86/dl-hwcap.h`)."""
    bits, names = _TLS, _legacy(release, elf, host)
    for name, bit in _BITS.get(elf.machine, {}).items():
        bits |= bit if name in names and release.since(26) else 0
    platforms = _PLATFORMS.get(elf.machine, {}) if release.since(26) else {}
    return bits, sum(platforms.values()), platforms.get(platform(release, elf, host) or "", 0)


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
