"""Where loaders stand by machine and C library, and whose loader a path is.

The paths are those of glibc's `shlib-versions`, musl's `LDSO_PATHNAME`, uClibc-ng's `TARGET_LDSO_NAME` and bionic.
"""

from __future__ import annotations

from libccheck.record import NamedTuple

_GLIBC = {
    "/lib64/ld-linux-x86-64.so.2": ("x86_64",),
    "/libx32/ld-linux-x32.so.2": ("x32",),
    "/lib/ld-linux.so.2": ("i386", "alpha", "sparc", "sparc32plus", "sh4", "sh4eb"),
    "/lib/ld-linux-aarch64.so.1": ("aarch64",),
    "/lib/ld-linux-aarch64_be.so.1": ("aarch64_be",),
    "/lib/ld-linux.so.3": ("arm", "armeb"),
    "/lib/ld-linux-armhf.so.3": ("armhf",),
    "/lib/ld-linux-riscv64-lp64d.so.1": ("riscv64",),
    "/lib/ld-linux-riscv64-lp64.so.1": ("riscv64",),
    "/lib/ld-linux-riscv32-ilp32d.so.1": ("riscv32",),
    "/lib/ld-linux-riscv32-ilp32.so.1": ("riscv32",),
    "/lib64/ld64.so.2": ("ppc64le",),
    "/lib64/ld64.so.1": ("ppc64",),
    "/lib/ld64.so.1": ("s390x",),
    "/lib/ld.so.1": ("mips", "mipsel", "ppc", "s390", "m68k", "hppa"),
    "/lib/ld-linux-mipsn8.so.1": ("mips", "mipsel"),
    "/lib32/ld.so.1": ("mips", "mipsel"),
    "/lib32/ld-linux-mipsn8.so.1": ("mips", "mipsel"),
    "/lib64/ld.so.1": ("mips64", "mips64el"),
    "/lib64/ld-linux-mipsn8.so.1": ("mips64", "mips64el"),
    "/lib64/ld-linux-loongarch-lp64d.so.1": ("loongarch64",),
    "/lib64/ld-linux-loongarch-lp64s.so.1": ("loongarch64",),
    "/lib64/ld-linux.so.2": ("sparc64",),
    "/lib/ld-linux-arc.so.2": ("arc", "arcv2"),
    "/lib/ld-linux-cskyv2.so.1": ("csky",),
    "/lib/ld-linux-cskyv2-hf.so.1": ("csky",),
}

_MUSL = {
    # machine: musl's own names of it, ARCH and SUBARCH
    "x86_64": ("x86_64",),
    "x32": ("x32",),
    "i386": ("i386",),
    "aarch64": ("aarch64",),
    "aarch64_be": ("aarch64_be",),
    "arm": ("arm",),
    "armhf": ("armhf",),
    "armeb": ("armeb", "armebhf"),
    "riscv64": ("riscv64", "riscv64-sf", "riscv64-sp"),
    "riscv32": ("riscv32", "riscv32-sf", "riscv32-sp"),
    "ppc64le": ("powerpc64le",),
    "ppc64": ("powerpc64",),
    "ppc": ("powerpc", "powerpc-sf"),
    "s390x": ("s390x",),
    "mips": ("mips", "mips-sf", "mipsr6", "mipsr6-sf", "mipsn32", "mipsn32-sf"),
    "mipsel": ("mipsel", "mipsel-sf", "mipsr6el", "mipsr6el-sf", "mipsn32el", "mipsn32el-sf"),
    "mips64": ("mips64", "mips64-sf", "mips64r6", "mips64r6-sf"),
    "mips64el": ("mips64el", "mips64el-sf", "mips64r6el", "mips64r6el-sf"),
    "loongarch64": ("loongarch64", "loongarch64-sf", "loongarch64-sp"),
    "m68k": ("m68k", "m68k-fp64", "m68k-sf"),
    "sh4": ("sh", "sh-nofpu", "sh-fdpic", "sh-nofpu-fdpic"),
    "sh4eb": ("sheb", "sheb-nofpu", "sheb-fdpic", "sheb-nofpu-fdpic"),
}

_UCLIBC64 = ("x86_64", "ppc64", "ppc64le", "mips64", "mips64el", "sparc64")
_UCLIBC32 = (
    *("i386", "aarch64", "aarch64_be", "arm", "armhf", "armeb", "riscv64", "riscv32", "ppc", "mips", "mipsel"),
    *("sparc", "sparc32plus", "alpha", "sh4", "sh4eb", "hppa", "m68k", "arc", "arcv2", "csky"),
)
_BIONIC64 = ("x86_64", "aarch64", "riscv64")
_BIONIC32 = ("i386", "arm", "armhf")

_OTHER_SYSTEMS = (
    ("/libexec/ld-elf.so.1", "FreeBSD"),
    ("/usr/libexec/ld-elf.so.1", "FreeBSD"),
    ("/libexec/ld-elf32.so.1", "FreeBSD"),
    ("/libexec/ld.elf_so", "NetBSD"),
    ("/usr/libexec/ld.elf_so", "NetBSD"),
    ("/usr/libexec/ld.so", "OpenBSD"),
    ("/usr/lib/ld.so.1", "Solaris"),
    ("/usr/lib/amd64/ld.so.1", "Solaris"),
    ("/lib/ld.so", "GNU/Hurd"),
    ("/system/runtime_loader", "Haiku"),
)

_PLACES = (
    # a part of the path, who keeps a loader of its own there
    ("/nix/store/", "Nix"),
    ("/gnu/store/", "Guix"),
    ("/.linuxbrew/", "Homebrew"),
    ("/linuxbrew/", "Homebrew"),
    ("/com.termux/", "Termux"),
    ("/usr/glibc-compat/", "the glibc package for Alpine"),
    ("/snap/", "a snap"),
    ("/conda/", "conda"),
    ("conda3/", "conda"),
    ("/miniforge", "conda"),
)


class Known(NamedTuple):
    """A path at which a loader of that C library stands on those machines."""

    path: str
    family: str
    machines: tuple[str, ...]


class Owner(NamedTuple):
    """Whose loader a path is. family: the C library, None where it is none of Linux's or unknown.

    keeper: who keeps it at an unusual place ("Nix"), or the other operating system it belongs to; None otherwise.
    usual: whether it is the place where every distribution has it for that machine.
    """

    family: str | None
    keeper: str | None
    usual: bool


def _known() -> tuple[Known, ...]:
    rows = [Known(path, "glibc", machines) for path, machines in _GLIBC.items()]
    for machine, names in _MUSL.items():
        rows += [Known(f"/lib/ld-musl-{name}.so.1", "musl", (machine,)) for name in names]
    for number in ("1", "0", "0.9.32"):  # uClibc-ng, uClibc, and Alpine's uClibc up to 2.7
        rows.append(Known(f"/lib/ld64-uClibc.so.{number}", "uclibc", _UCLIBC64))
        rows.append(Known(f"/lib/ld-uClibc.so.{number}", "uclibc", _UCLIBC32))
    rows.append(Known("/system/bin/linker64", "bionic", _BIONIC64))
    rows.append(Known("/system/bin/linker", "bionic", _BIONIC32))
    rows.append(Known("/system/bin/linker_asan64", "bionic", _BIONIC64))
    rows.append(Known("/system/bin/linker_asan", "bionic", _BIONIC32))
    return tuple(rows)


KNOWN = _known()
"""Every path that a toolchain writes into PT_INTERP by itself."""

PATHS = tuple(dict.fromkeys(each.path for each in KNOWN))


def interpreter_libc(path: str) -> str | None:
    """Whose loader goes by that path; a build system may keep it anywhere (`/nix/store/...`)."""
    name = path.rpartition("/")[2]
    if name.startswith("ld-musl-"):
        return "musl"
    if "uClibc" in name:
        return "uclibc"
    if path.startswith("/system/bin/linker"):
        return "bionic"
    if name.startswith(("ld-linux", "ld.so.", "ld64.so.", "ld-2.")):
        return "glibc"
    return None


def owner(path: str, machine: str) -> Owner:
    """Whose loader goes by that path in a program for that machine."""
    usual = next((each for each in KNOWN if each.path == path and machine in each.machines), None)
    if usual is not None:
        return Owner(usual.family, None, True)
    system = next((name for each, name in _OTHER_SYSTEMS if each == path), None)
    if system is not None:
        return Owner(None, system, False)
    keeper = next((name for part, name in _PLACES if part in path), None)
    return Owner(interpreter_libc(path), keeper, False)


def usual_paths(family: str, machine: str) -> tuple[str, ...]:
    """Where the loader of that C library stands on that machine; the first is what toolchains write today."""
    return tuple(each.path for each in KNOWN if each.family == family and machine in each.machines)
