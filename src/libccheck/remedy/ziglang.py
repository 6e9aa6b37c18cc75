"""What zig calls the machines and C libraries that it links against."""

from __future__ import annotations

_MACHINES = {
    # platform: the machine, and what the name of its system ends in
    "linux/386": ("x86", ""),
    "linux/amd64": ("x86_64", ""),
    "linux/arm/v7": ("arm", "eabihf"),
    "linux/arm64": ("aarch64", ""),
    "linux/ppc64le": ("powerpc64le", ""),
    "linux/riscv64": ("riscv64", ""),
    "linux/s390x": ("s390x", ""),
}
_OF_GLIBC = ("linux/386", "linux/amd64", "linux/arm64")
OLDEST_GLIBC = (2, 17)


def zig_target(platform: str, libc: str, version: tuple[int, int] | None = None) -> str | None:
    """As "x86_64-linux-gnu.2.31"; None for a platform that is not among those. libc: "glibc" or "musl"."""
    machine, ending = _MACHINES.get(platform, ("", ""))
    if not machine or (libc == "glibc" and platform not in _OF_GLIBC):
        return None
    system = "gnu" if libc == "glibc" else "musl"
    release = f".{version[0]}.{version[1]}" if version is not None else ""
    return f"{machine}-linux-{system}{ending}{release}"
