"""Programs and libraries that nobody has built yet, as far as a build determines them, for the launch model to follow.

They import no symbols: only what they need, and which versions, is certain before there is a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from libccheck.dotted import dotted
from libccheck.interpreters import usual_paths
from libccheck.machines import machine_number
from libccheck.model import (
    Content,
    Elf,
    File,
    Loader,
    Relocations,
    Segment,
    Symbols,
    Tables,
    VersionDefined,
    VersionNeed,
    VersionsNeeded,
)
from libccheck.record import NamedTuple

_PT_LOAD, _PT_DYNAMIC, _PT_INTERP, _PT_PHDR = 1, 2, 3, 6
_DT_NEEDED, _DT_SONAME, _DT_VERSYM, _DT_VERDEF, _DT_VERNEED = 1, 14, 0x6FFFFFF0, 0x6FFFFFFC, 0x6FFFFFFE
_DT_HASH, _DT_STRTAB, _DT_SYMTAB = 4, 5, 6
_ET_EXEC, _ET_DYN = 2, 3
_MAGIC = b"\x7fELF"
_SIZE = 0x2000
_GLOBAL, _FUNCTION = 0x10, 2  # STB_GLOBAL, STT_FUNC
_LOADERS_OWN = (
    *("malloc", "calloc", "free", "realloc", "pthread_mutex_lock", "pthread_mutex_unlock", "__libc_early_init"),
)
"""What the loader looks up in the C library for itself."""
_NOTHING = Symbols(("",), (0,), (0,), (0,), (0,), (0,), (0,))
_TABLES = Tables(lambda: _NOTHING, lambda: Relocations((), (), ()))
_BASIC = (*(f"GLIBC_2.{minor}" for minor in range(2, 60)),)
_DIRECTORIES = {"glibc": ("/lib", "/usr/lib"), "musl": ("/lib", "/usr/local/lib", "/usr/lib")}


class Taken(NamedTuple):
    """A symbol as somebody takes it of a library: its version, "" for none; its kind (STT_*) and size in bytes."""

    name: str
    version: str = ""
    kind: int = _FUNCTION
    size: int = 0


def static(machine: str) -> Content:
    """A program with its C library inside, or without one."""
    return _content(_elf(machine, _ET_EXEC))


def dynamic(machine: str, family: str, needed: Sequence[str], versions: Mapping[str, Sequence[str]]) -> Content:
    """A program linked against that family's C library; `versions` are those that it wants, by library."""
    interpreter = next(iter(usual_paths(family, machine)), f"/lib/ld-{family}-{machine}.so.1").encode() + b"\0"
    elf = _elf(machine, _ET_DYN, interpreter)
    wants = []
    index = 2
    for file, names in versions.items():
        wants.append(VersionsNeeded(file, tuple(VersionNeed(each, index + at, False) for at, each in enumerate(names))))
        index += len(names)
    tags = (*(_DT_NEEDED for _ in needed), _DT_HASH, _DT_STRTAB, _DT_SYMTAB, _DT_VERNEED, _DT_VERSYM)
    return _content(elf._replace(needed=tuple(needed), versions_needed=tuple(wants), tags=tags))


def library(
    machine: str,
    soname: str,
    defines: Sequence[str] = (),
    loader: Loader | None = None,
    exports: Sequence[Taken] = (),
) -> File:
    """A shared library that has those versions and symbols, or a loader."""
    defined = tuple(VersionDefined(each, at + 1, at == 0, False) for at, each in enumerate((soname, *defines)))
    elf = _elf(machine, _ET_DYN)._replace(
        soname=soname,
        versions_defined=defined if defines else None,
        tags=(_DT_SONAME, _DT_HASH, _DT_STRTAB, _DT_SYMTAB, _DT_VERDEF, _DT_VERSYM),
    )
    if exports:
        elf = elf._replace(tables=_exporting(exports, {each.name: each.index for each in defined}))
    content = _content(elf)._replace(loader=loader)
    return File(0o755, 0, 0, _SIZE, None, lambda: content)


def program(content: Content, mode: int = 0o755) -> File:
    """It in a tree."""
    return File(mode, 0, 0, _SIZE, None, lambda: content)


def c_library(
    machine: str, family: str, version: str, more: Sequence[str] = (), taken: Sequence[Taken] = ()
) -> dict[str, File]:
    """The loader of that release and, of glibc, its C library; by their usual paths.

    more: versions that it has besides; taken: symbols of these or of the others.
    """
    paths = usual_paths(family, machine)
    if not paths:
        return {}
    loader = Loader(family, version, _DIRECTORIES[family], _markers(family, version))
    if family == "musl":
        return {paths[0]: library(machine, "libc.so", loader=loader)}
    release = dotted(version)
    defines = [each for each in _BASIC if dotted(each.partition("_")[2]) <= release]
    defines += ["GLIBC_2.0", "GLIBC_2.2.5", "GLIBC_2.3.4", "GLIBC_PRIVATE"]
    defines += ["GLIBC_ABI_DT_RELR"] if release >= (2, 36) else []
    own = [Taken(name, each) for name in _LOADERS_OWN for each in defines]
    return {
        paths[0]: library(machine, paths[0].rpartition("/")[2], defines, loader),
        "/lib/libc.so.6": library(
            machine, "libc.so.6", tuple(dict.fromkeys((*defines, *more))), exports=(*own, *taken)
        ),
    }


def _exporting(taken: Sequence[Taken], indexes: Mapping[str, int]) -> Tables:
    """The table of these symbols; version 1 is the library's own name, and that of what has none."""
    ones = (1,) * len(taken)
    symbols = Symbols(
        ("", *(each.name for each in taken)),
        (0, *(_GLOBAL | each.kind for each in taken)),
        (0, *(0 for _ in taken)),
        (0, *ones),
        (0, *ones),
        (0, *(each.size for each in taken)),
        (0, *(indexes[each.version] if each.version else 1 for each in taken)) if len(indexes) > 1 else (),
    )
    return Tables(lambda: symbols, lambda: Relocations((), (), ()))


def _markers(family: str, version: str) -> tuple[str, ...]:
    if family == "musl":
        return ("loader", "libc")
    number = dotted(version)
    since = (("hwcaps-subdirs", (2, 33)), ("tunables", (2, 25)), ("isa-level", (2, 33)), ("relr", (2, 36)))
    return ("loader", "cache", "weak-version", *(name for name, first in since if number >= first))


def _content(elf: Elf) -> Content:
    return Content(_MAGIC, elf, None, None)


def _elf(machine: str, kind: int, interpreter: bytes | None = None) -> Elf:
    number = machine_number(machine)
    if number is None:
        raise ValueError(f"no ELF header for {machine}")
    base = 0x400000 if kind == _ET_EXEC else 0
    segments = [Segment(_PT_LOAD, 7, 0, base, _SIZE, _SIZE, 0x10000)]
    if kind == _ET_DYN:
        segments.append(Segment(_PT_DYNAMIC, 6, 0x800, 0x800, 0x100, 0x100, 8))
    if interpreter is not None:
        named = Segment(_PT_INTERP, 4, 0x400, 0x400, len(interpreter), len(interpreter), 1)
        segments = [Segment(_PT_PHDR, 4, 0x40, 0x40, 0x200, 0x200, 8), named, *segments]
    ident = _MAGIC + bytes((2 if number.bits == 64 else 1, 1 if number.little_endian else 2, 1)) + bytes(9)
    return Elf(
        ident=ident,
        bits=number.bits,
        little_endian=number.little_endian,
        kind=kind,
        machine=number.machine,
        flags=number.flags,
        entry=base + 0x1000,
        phentsize=56 if number.bits == 64 else 32,
        phnum=len(segments),
        segments=tuple(segments),
        size=_SIZE,
        interpreter=interpreter,
        tags=(),
        soname=None,
        needed=(),
        rpath=None,
        runpath=None,
        audit=(),
        auxiliary=(),
        filters=(),
        dynamic_flags=0,
        dynamic_flags_1=0,
        plt_is_rela=True,
        versions_needed=(),
        versions_defined=None,
        gnu_hash=None,
        sysv_hash=True,
        isa_needed=0,
        abi_tag=None,
        tables=_TABLES,
    )
