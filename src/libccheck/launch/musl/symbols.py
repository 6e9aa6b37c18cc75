"""Symbols and relocations as musl's loader goes through them: `find_sym` and `do_relocs` of `ldso/dynlink.c`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from libccheck.launch.musl.objects import FaultError, LeftOutError, Object
from libccheck.launch.musl.versions import Features
from libccheck.machines import machine_name
from libccheck.model import NARROW, Elf, Symbols
from libccheck.record import NamedTuple

_SHN_UNDEF = 0
_STB_LOCAL, _STB_WEAK = 0, 2
_STT_SECTION, _STT_TLS = 3, 6
_TYPES, _BINDS = (0, 1, 2, 5, 6), (1, 2, 10)
_HIDDEN = 0x8000

_PLAIN, _PLT, _COPY, _TLS = "plain", "plt", "copy", "tls"

_X86_64 = {1: _PLAIN, 2: _PLAIN, 5: _COPY, 6: _PLAIN, 7: _PLT, 8: _PLAIN, 16: _TLS, 17: _PLAIN, 18: _TLS, 36: _TLS}
_PPC = {19: _COPY, 20: _PLAIN, 21: _PLT, 22: _PLAIN, 68: _TLS, 73: _TLS, 78: _PLAIN}
_RISCV = {3: _PLAIN, 4: _COPY, 5: _PLT}
_TYPES_OF = {
    # machine: the types that arch/*/reloc.h names, and what is special about them. "tls": reads the defining object.
    "x86_64": _X86_64,
    "x32": {10: _PLAIN, **{kind: role for kind, role in _X86_64.items() if kind not in (1, 36)}},
    "i386": {
        1: _PLAIN, 2: _PLAIN, 5: _COPY, 6: _PLAIN, 7: _PLT, 8: _PLAIN,
        14: _TLS, 35: _TLS, 36: _PLAIN, 37: _TLS, 41: _TLS,
    },
    "arm": {
        2: _PLAIN, 13: _TLS, 17: _TLS, 18: _PLAIN, 19: _TLS, 20: _COPY, 21: _PLAIN, 22: _PLT, 23: _PLAIN,
    },
    "aarch64": {
        257: _PLAIN, 1024: _COPY, 1025: _PLAIN, 1026: _PLT, 1027: _PLAIN,
        1028: _TLS, 1029: _PLAIN, 1030: _TLS, 1031: _TLS,
    },
    "ppc64le": {38: _PLAIN, 43: _PLAIN, **_PPC},
    "ppc64": {38: _PLAIN, 43: _PLAIN, **_PPC},
    "ppc": {1: _PLAIN, 24: _PLAIN, **_PPC},
    "s390x": {9: _COPY, 10: _PLAIN, 11: _PLT, 12: _PLAIN, 22: _PLAIN, 54: _TLS, 55: _PLAIN, 56: _TLS},
    "riscv64": {2: _PLAIN, **_RISCV, 7: _TLS, 9: _PLAIN, 11: _TLS, 12: _TLS},
    "riscv32": {1: _PLAIN, **_RISCV, 6: _TLS, 8: _PLAIN, 10: _TLS, 12: _TLS},
    "loongarch64": {2: _PLAIN, **_RISCV, 7: _TLS, 9: _PLAIN, 11: _TLS},
}  # fmt: skip
_TYPES_OF["armhf"] = _TYPES_OF["arm"]

_GOT = {
    "x86_64": 6, "x32": 6, "i386": 6, "arm": 21, "armhf": 21, "aarch64": 1025, "ppc64le": 20, "ppc64": 20, "ppc": 20,
    "s390x": 10,
}  # fmt: skip
"""REL_GOT of arch/*/reloc.h."""

_LFS64 = (
    "aio_cancel aio_error aio_fsync aio_read aio_return aio_suspend aio_write alphasort creat fallocate fgetpos fopen "
    "freopen fseeko fsetpos fstat fstatat fstatfs fstatvfs ftello ftruncate ftw getdents getrlimit glob globfree "
    "lio_listio lockf lseek lstat mkostemp mkostemps mkstemp mkstemps mmap nftw open openat posix_fadvise "
    "posix_fallocate pread preadv prlimit pwrite pwritev readdir scandir sendfile setrlimit stat statfs statvfs "
    "tmpfile truncate versionsort __fxstat __fxstatat __lxstat __xstat"
)

_VDSO = {
    "x86_64": ("clock_gettime", "gettimeofday", "time", "getcpu", "clock_getres", "getrandom"),
    "i386": ("__kernel_vsyscall", "__kernel_sigreturn", "__kernel_rt_sigreturn"),
}
"""What the vDSO of a current kernel exports, `__vdso_` names aside; arch/x86/entry/vdso/*/vdso.lds.S."""


class Missing(NamedTuple):
    """A relocation, `times` over, that fails: for want of a symbol, or (symbol None) of its type."""

    of: Object
    symbol: str | None
    version_of: str | None
    type: int
    times: int


class Scope:
    """The objects whose symbols are looked up, in order; `ldso` may or may not be one of them."""

    def __init__(self, objects: Sequence[Object], ldso: Object, known: Features) -> None:
        self._objects = list(objects)
        self._ldso = ldso
        self._features = known
        self.machine = machine_name(ldso.elf)
        self._found: dict[tuple[str, bool, bool], tuple[Object, int] | None] = {}

    def find(self, name: str, *, defined: bool, behind_program: bool = False) -> tuple[Object, int] | None:
        """find_sym(): `defined` leaves out what is undefined in spite of a value, as functions of a fixed program."""
        key = (name, defined, behind_program)
        if key not in self._found:
            self._found[key] = self._search(name, self._objects[1 if behind_program else 0 :], defined)
        return self._found[key]

    def find_lfs64(self, name: str) -> tuple[Object, int] | None:
        """get_lfs64(): the name without its 64, from the loader on."""
        if len(name) > self._features.lfs64:
            return None
        if name == "readdir64_r":
            plain = "readdir_r"
        elif name.endswith("64") and name[:-2] in _LFS64.split():
            plain = name[:-2]
        else:
            return None
        start = self._objects.index(self._ldso) if self._ldso in self._objects else None
        return self._search(plain, [self._ldso] if start is None else self._objects[start:], True)

    def in_vdso(self, name: str) -> bool:
        """Up to 1.1.16 the vDSO comes right behind the loader, as an object like any other."""
        if not self._features.vdso_in_scope or self._ldso not in self._objects:
            return False
        return name.removeprefix("__vdso_") in _VDSO.get(self.machine, ())

    def is_function(self, kind: int) -> bool:
        """Whether it is a REL_PLT or a REL_GOT, which may be put off."""
        return _TYPES_OF.get(self.machine, {}).get(kind) == _PLT or kind == _GOT.get(self.machine)

    def _search(self, name: str, objects: Sequence[Object], defined: bool) -> tuple[Object, int] | None:
        for each in objects:
            index = hashed(each.elf, name)
            if index is not None and _counts(symbols(each.elf), index, defined):
                return each, index
        return None


def defines(elf: Elf, name: str) -> bool:
    """find_sym() in this one file."""
    index = hashed(elf, name)
    return index is not None and _counts(symbols(elf), index, True)


def hashed(elf: Elf, name: str) -> int | None:
    """The symbol that the hash table leads to: versions that are not the default one are passed over."""
    versions = symbols(elf).versions
    if elf.gnu_hash is not None:
        found = elf.tables.hashed(name, elf.gnu_hash)
    elif elf.sysv_hash and elf.sysv_hash != NARROW:
        found = [index for index in reversed(elf.tables.named(name)) if index]
    else:
        raise FaultError("SIGSEGV")
    for index in found:
        if index >= len(versions) or not versions[index] & _HIDDEN:
            return index
    return None


def symbols(elf: Elf) -> Symbols:
    table = elf.tables.symbols
    if table is None:
        raise LeftOutError("the dynamic symbols of a library were not kept")
    return table


def failures(of: Object, scope: Scope, known: Features) -> Iterator[Missing]:
    """do_relocs() over DT_JMPREL, DT_REL and DT_RELA: what cannot be relocated, in order."""
    tables = of.elf.tables.relocations
    if tables is None:
        raise LeftOutError("the relocations of a library were not kept")
    roles = _roles(scope, known)
    untouched = of.place is not None
    for runs in (tables.plt, tables.rel, tables.rela):
        for number, index, count in runs:
            kind = number & (0xFFFFFFFF if known.type_first else 0x7FFFFFFF)
            if not kind:
                continue
            role = roles.get(kind)
            if role is None and known.type_first:
                yield Missing(of, None, None, kind, count)
                continue
            missing = _lookup(of, index, role, kind, count, scope, known) if index else None
            if missing is None and role is None:
                missing = Missing(of, None, None, kind, count)
            if missing is not None:
                yield missing
            elif untouched and of.place is not None:
                of.place.relocate()
                untouched = False


def _lookup(
    of: Object, index: int, role: str | None, kind: int, count: int, scope: Scope, known: Features
) -> Missing | None:
    """One relocation that names a symbol."""
    table = symbols(of.elf)
    if index >= len(table.names):
        raise LeftOutError(f"a relocation of {of.name} refers to a symbol beyond its table")
    info, name = table.infos[index], table.names[index]
    if (known.local == "all" and info >> 4 == _STB_LOCAL) or (known.local == "section" and info & 15 == _STT_SECTION):
        return None
    if scope.find(name, defined=role == _PLT, behind_program=role == _COPY) or scope.in_vdso(name):
        return None
    if scope.find_lfs64(name):
        return None
    if table.sections[index] != _SHN_UNDEF or info >> 4 != _STB_WEAK:
        return Missing(of, name, _version_file(of.elf, table, index), kind, count)
    # A weak symbol that nobody defines has no object to ask for its TLS block, and no bytes to copy.
    if role == _TLS or (role == _COPY and table.sizes[index]):
        raise FaultError("SIGSEGV")
    return None


def _counts(table: Symbols, index: int, defined: bool) -> bool:
    kind, bind = table.infos[index] & 15, table.infos[index] >> 4
    if table.sections[index] == _SHN_UNDEF and (defined or kind == _STT_TLS):
        return False
    if not table.valued[index] and kind != _STT_TLS:
        return False
    return kind in _TYPES and bind in _BINDS


def _roles(scope: Scope, known: Features) -> dict[int, str]:
    machine = scope.machine
    if machine not in _TYPES_OF:
        raise LeftOutError(f"the relocations of {machine} are not known")
    roles = dict(_TYPES_OF[machine])
    if machine.startswith("arm") and not known.arm_descriptors:
        del roles[13]
    if machine.startswith("riscv") and not known.riscv_descriptors:
        del roles[12]
    if machine.startswith("ppc") and not known.unaligned:
        del roles[24 if machine == "ppc" else 43]
    return roles


def _version_file(elf: Elf, table: Symbols, index: int) -> str | None:
    """The library that the symbol was found in when the object was linked, where its version tells."""
    version = table.versions[index] & ~_HIDDEN if index < len(table.versions) else 0
    for needed in elf.versions_needed:
        if any(each.index == version for each in needed.versions):
            return needed.file
    return None
