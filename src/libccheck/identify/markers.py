"""The table of what is looked for in a loader: the features and messages that the launch models depend on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from libccheck.dotted import dotted
from libccheck.identify.code import assertion_line, dynamic_bound, kernel_minimum, levels, lines
from libccheck.identify.facts import Facts
from libccheck.identify.releases import musl_version, uclibc_lists

Sign: TypeAlias = "bytes | Callable[[Facts], str | bool | None]"
"""Bytes that are there, or a function that says whether (true) or which (the marker is then "name=which")."""

_DT_GNU_HASH = (0x6FFFFEF5).to_bytes(4, "little")


def _string(part: bytes) -> Sign:
    """The whole string that has this part."""
    return lambda facts: facts.string(part)


def _between(before: bytes, after: bytes = b"\0") -> Sign:
    return lambda facts: facts.between(before, after)


def _line(expression: bytes) -> Sign:
    """The line number of the assertion of this text, on x86_64, i386 and aarch64."""
    return lambda facts: str(assertion_line(facts, expression) or "")


def _legacy_hwcaps(facts: Facts) -> bool:
    """The directories "tls" and those of the platform; 2.33 to 2.36 have both ways, and say so in their help."""
    return b"--glibc-hwcaps-prepend" not in facts.text or b"tls (supported, searched)" in facts.text


def _kernel(facts: Facts) -> str | None:
    return kernel_minimum(facts) if b"FATAL: kernel too old\n" in facts.text else None


def _level(level: int) -> Sign:
    """A loader built for this x86-64 level, which ends with a message on a lesser processor."""
    return lambda facts: level in levels(facts, b"Fatal glibc error: CPU does not support x86-64-v")


def _relr(facts: Facts) -> bool:
    """musl: by the bound in its code; where that cannot be read, by the release that brought DT_RELR."""
    bound = dynamic_bound(facts)
    return bound == 37 or (bound is None and _musl_number(facts) >= (1, 2, 4))


def _no_relr(facts: Facts) -> bool:
    """musl: distributions took DT_RELR into 1.2.2 and 1.2.3; nobody into what was there before."""
    bound = dynamic_bound(facts)
    return bound == 32 or (bound is None and _musl_number(facts) < (1, 2, 2))


def _long_names(facts: Facts) -> bool:
    """musl: the buffer that was too short for "posix_fallocate64" went after 1.2.5."""
    return b"\0posix_fallocate\0pread\0" in facts.text and _musl_number(facts) > (1, 2, 5)


def _map_lines(facts: Facts) -> str:
    """uClibc: where in its source the loader says that it cannot map the cache, a page, a library."""
    return ",".join(map(str, lines(facts, b"%s:%i: can't map '%s'\n")))


def _unresolved(facts: Facts) -> str | None:
    """uClibc: what it says of a symbol at the start; on some machines the library is named behind it."""
    start = "can't resolve symbol"
    rest = facts.between(f"\0{start}".encode(), b"\n")
    return None if rest is None else start + rest


def _in_code(number: bytes) -> Sign:
    """A number that machine code holds as it is, on i386, arm and x86_64."""
    return lambda facts: facts.elf.machine in (3, 40, 62) and any(number in code for _, code in facts.code)


MARKERS: dict[str, tuple[tuple[str, Sign], ...]] = {
    "glibc": (
        # name, what shows it, and in which releases
        ("loader", b"error while loading shared libraries"),
        ("cache", _string(b"/ld.so.cache\0")),
        ("preload", _string(b"/ld.so.preload\0")),
        ("preload-reason", b"from %s cannot be preloaded (%s): ignored."),  # 2.19-
        ("nohwcap", b"/etc/ld.so.nohwcap\0"),  # Debian and Ubuntu, to 2.30
        ("legacy-hwcaps", _legacy_hwcaps),  # to 2.36
        ("hwcaps-subdirs", b"--glibc-hwcaps-prepend"),  # 2.33-
        ("tunables", b"GLIBC_TUNABLES"),  # 2.25-
        ("refuses-pie", b"cannot dynamically load position-independent executable"),  # 2.30-
        ("refuses-execstack", b"glibc.rtld.execstack"),  # 2.41-
        ("relr", b"GLIBC_ABI_DT_RELR\0"),  # 2.36-
        ("relr-needs-marker", b"DT_RELR without GLIBC_ABI_DT_RELR dependency"),  # 2.36-
        ("isa-level", b"CPU ISA level is lower than required"),  # 2.33-
        ("cpu-v2", _level(2)),
        ("cpu-v3", _level(3)),
        ("cpu-v4", _level(4)),
        ("cpu-apx", b"Fatal glibc error: CPU does not support APX"),
        ("cpu-lacks", _between(b"Fatal glibc error: CPU lacks ", b"\n")),  # ppc64le, s390x
        ("kernel-check", b"FATAL: kernel too old\n"),  # to 2.35
        ("kernel", _kernel),  # its number, on x86
        ("weak-version", b"weak version `"),
        ("check-match", _string(b" || ! _dl_name_match_p (version->filename, map)")),  # to 2.40; its exact words
        ("check-match-line", _line(b" || ! _dl_name_match_p (version->filename, map)")),
        ("needed", b"\0needed != NULL\0"),  # NULL is spelled out as ((void *)0) to 2.22
        ("needed-line", _line(b"needed != ")),
        ("relocation-error", b"link time reference"),  # to 2.29; later a symbol lookup error
        ("relocation-error-format", b"symbol %s version %s not defined in file %s with"),  # 2.27-; before, with a comma
        ("page-aligned", b"ELF load command address/offset not page-aligned"),  # 2.35-
        ("alignment-page-aligned", b"ELF load command alignment not page-aligned"),  # to 2.34
        ("offset-properly-aligned", b"ELF load command address/offset not properly aligned"),  # to 2.34
        ("tls-data", b"cannot handle TLS data"),  # to 2.24
        ("note-segment", b"cannot process note segment"),  # 2.28 to 2.31, with CET
        ("protected-copy", b"copy relocation against non-copyable protected symbol"),
        ("ifunc-executable", b"is defined in the executable and creates an unsatisfiable"),
    ),
    "musl": (
        ("loader", b"Error loading shared library %s: %m (needed by %s)"),
        ("libc", b"musl libc"),
        ("path", lambda facts: facts.string(b"/etc/ld-musl-").replace("%.*s", "")),
        ("machine", _between(b"musl libc (", b")")),  # 1.1.12-
        ("relr", _relr),
        ("no-relr", _no_relr),
        ("reserved-dots", b"c.pthread.rt.m.dl.util.xnet.\0"),  # 1.1.16-; before, names need not end there
        ("single-libc", b"\0__libc_start_main\0stdin\0"),  # 1.1.17-, and Alpine's 1.1.16
        ("lfs64", b"aio_cancel\0aio_error\0aio_fsync\0aio_read\0aio_return\0"),  # 1.2.4-, not in all of Alpine's 1.2.4
        ("lfs64-long", _long_names),
        ("static-tls-text", b"initial-exec TLS resolves to dynamic definition in %s"),  # 1.1.22-
        ("dependencies-text", b"Error loading dependencies for %s"),  # 1.1.22-
    ),
    "uclibc": (
        ("loader", b"can't load library '%s'"),
        ("ng", lambda facts: (facts.elf.soname or "").endswith(".so.1")),
        ("machine", _between(b"is not an ELF executable for ", b"\n")),
        ("cache", _string(b"/ld.so.cache\0")),
        ("preload", _string(b"/ld.so.preload\0")),
        ("preload-variable", b"LD_PRELOAD\0"),
        ("preload-ignored", b"from LD_PRELOAD can't be preloaded: ignored.\n"),
        ("library-path", b"LD_LIBRARY_PATH\0"),
        ("default", lambda facts: "".join(uclibc_lists(facts)[-1:])),
        ("multilib", lambda facts: "".join(uclibc_lists(facts)[:-1][:1])),
        ("origin", b"$ORIGIN\0"),  # and another way to cut path lists up
        ("own-name", b"/proc/self/exe\0"),  # what messages begin with; else argv[0]
        ("chain-scope", b"Standalone execution is not supported yet\n"),  # to 0.9.32
        ("lazy", lambda facts: facts.string(b"an't resolve symbol '%s'").rstrip()),
        ("unresolved", _unresolved),
        ("map-lines", _map_lines),
        ("gnu-hash", _in_code(_DT_GNU_HASH)),
        ("no-tls", b"library contains unsupported TLS\n"),
        ("standalone", b"Usage: ld.so "),
        ("relocation-names", b"can't handle reloc type %s\n"),  # with LD_DEBUG support; else a number
        ("text-relocations", b"Can't modify %s's text section."),
    ),
    "gcompat": (
        ("loader", b"This is the gcompat ELF interpreter stub."),
        ("library", lambda facts: facts.string(b"/libgcompat.so").rstrip()),
        ("hands-on-to", _string(b"/ld-musl-")),
        ("name", lambda facts: facts.string(b"\0ld-linux"[1:])),
    ),
    "bionic": (("loader", b"/system/bin/linker"),),
}
"""By family: the name of a marker, and what shows it. A new marker is one line."""


LIBRARIES: dict[str, tuple[tuple[str, Sign], ...]] = {
    "glibc": (("libc", b"GNU C Library"),),
    "uclibc": (("libc", b"\0__uClibc_main\0"), ("ng", b"uClibc-ng")),
}
"""The same for a C library that is not the loader."""


def shown(family: str, facts: Facts) -> tuple[str, ...]:
    """The markers of this file, sorted."""
    apart = LIBRARIES.get(family) if (facts.elf.soname or "").startswith("libc.") else None
    found = []
    for name, sign in apart or MARKERS[family]:
        which = sign in facts.text if isinstance(sign, bytes) else sign(facts)
        if which:
            found.append(name if which is True else f"{name}={which}")
    return tuple(sorted(found))


def _musl_number(facts: Facts) -> tuple[int, ...]:
    return dotted(musl_version(facts))
