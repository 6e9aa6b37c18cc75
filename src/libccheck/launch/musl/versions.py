"""What differs between versions of musl's loader: `ldso/dynlink.c` (`src/ldso/dynlink.c` before 1.1.13)."""

from __future__ import annotations

from libccheck.dotted import dotted
from libccheck.model import Loader
from libccheck.record import NamedTuple

_LFS64_BUFFER = 16  # bytes of get_lfs64's buffer up to 1.2.5: posix_fallocate64 does not fit
_ANY = 1 << 16


class Features(NamedTuple):
    """How this loader behaves, where musl's releases do not agree.

    relr: whether DT_RELR is applied, None where nobody knows. local: whose symbols a relocation does not search for:
    "none", those of sections, or all local ones.
    """

    runpath: bool  # DT_RUNPATH is read (1.1.6, and Alpine's 1.1.5)
    last_environment: bool  # of two variables of one name the last one counts (up to 1.1.8)
    endless: bool  # an element of a search path that is too long is tried for ever (up to 1.1.8)
    short_messages: bool  # messages are cut at 127 bytes (up to 1.1.8)
    type_first: bool  # an unknown relocation type is seen before its symbol is looked up (up to 1.1.8)
    stops_on_errors: bool  # an unexpected error of open() ends a search (1.1.9)
    loose_reserved: bool  # "libp.so" is libpthread, "lib.so" is libc (up to 1.1.15)
    vdso_in_scope: bool  # symbols of the vDSO are found (up to 1.1.16)
    single_libc: bool  # a second libc is replaced by the loader itself (1.1.17)
    zeroes_any_segment: bool  # bss is cleared in read-only segments too, but not in the lowest one (up to 1.1.19)
    local: str
    empty_segments: bool  # a segment of no length is no error (1.1.11, 1.1.12, 1.2.3)
    own_calloc: bool  # the loader calls the program's own calloc once it is relocated (1.1.20 to 1.1.23)
    arm_descriptors: bool  # R_ARM_TLS_DESC (1.1.21)
    unaligned: bool  # R_PPC*_UADDR* (1.1.24)
    riscv_descriptors: bool  # R_RISCV_TLSDESC (1.2.5)
    deferred: bool  # dlopen(3) with RTLD_LAZY puts functions off that are not there (as single_libc)
    static_tls_refused: bool  # initial-exec TLS in what dlopen(3) brings is an error (1.1.20), not a crash
    lfs64: int  # the longest name that is tried without its 64; 0: none
    relr: bool | None


def features(loader: Loader) -> Features:
    """What that loader does: by its version, and by its content where distributions patch."""
    version = number(loader.version)
    markers = loader.markers
    single_libc = version >= (1, 1, 17) or "single-libc" in markers
    return Features(
        runpath=version >= (1, 1, 5),
        last_environment=version < (1, 1, 9),
        endless=version < (1, 1, 9),
        short_messages=version < (1, 1, 9),
        type_first=version < (1, 1, 9),
        stops_on_errors=version >= (1, 1, 9),
        loose_reserved=version < (1, 1, 16) and "reserved-dots" not in markers,
        vdso_in_scope=not single_libc,
        single_libc=single_libc,
        zeroes_any_segment=version < (1, 1, 20),
        local="none" if version < (1, 1, 12) else "section" if version < (1, 1, 24) else "all",
        empty_segments=version >= (1, 2, 3) or (1, 1, 11) <= version < (1, 1, 13),
        own_calloc=(1, 1, 20) <= version < (1, 1, 24),
        arm_descriptors=version >= (1, 1, 21),
        unaligned=version >= (1, 1, 24),
        riscv_descriptors=version >= (1, 2, 5),
        deferred=single_libc,
        static_tls_refused=version >= (1, 1, 20) or "static-tls-text" in markers,
        lfs64=_ANY if "lfs64-long" in markers else _LFS64_BUFFER if "lfs64" in markers else 0,
        relr=True if "relr" in markers else False if "no-relr" in markers else None,
    )


def number(version: str | None) -> tuple[int, ...]:
    """ "1.2.4_git20230717" is (1, 2, 4); a version that nobody knows counts as newer than any."""
    return dotted(version) or (1 << 16,)
