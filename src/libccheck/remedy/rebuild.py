"""Ways out by another build: one that needs no loader."""

from __future__ import annotations

import shlex

from libccheck.model import Content, Elf, Finding, Program, Remedy
from libccheck.remedy.case import Case, proven
from libccheck.toolchain.go import GoBuild, build_info

_PT_DYNAMIC, _PT_INTERP = 2, 3

_NEEDS_C = (
    "github.com/mattn/go-sqlite3",
    "github.com/confluentinc/confluent-kafka-go",
    "github.com/linxgnu/grocksdb",
    "github.com/tecbot/gorocksdb",
    "github.com/veandco/go-sdl2",
    "github.com/go-gl/gl",
    "github.com/go-gl/glfw",
    "github.com/godror/godror",
    "github.com/h2non/bimg",
    "github.com/davidbyttow/govips",
    "github.com/google/gopacket",
    "github.com/libgit2/git2go",
    "gocv.io/x/gocv",
    "github.com/pebbe/zmq4",
)
"""Modules that do not build, or do not work, without C."""

_LOST = "lost: nsswitch and mDNS names, LDAP users (os/user then reads only /etc/passwd)"


def remedies(case: Case, finding: Finding) -> tuple[Remedy, ...]:
    program = case.check.program
    elf = program.content.elf
    if elf is None or elf.interpreter is None or finding.code[:3] not in ("LC1", "LC2"):
        return ()
    if finding.code in ("LC102", "LC104", "LC107"):
        return ()
    build = build_info(elf, program.data)
    return _go(case, program, build) if build is not None else _c(case, program)


def static(content: Content) -> Content:
    """The same program as a static (or static-pie) build would have it: no interpreter, no dynamic section."""
    elf = content.elf
    if elf is None:
        return content
    kept = tuple(each for each in elf.segments if each.type not in (_PT_DYNAMIC, _PT_INTERP))
    hypothetical: Elf = elf._replace(
        interpreter=None, segments=kept, phnum=len(kept), tags=(), needed=(), soname=None, rpath=None
    )
    return content._replace(elf=hypothetical)


def _go(case: Case, program: Program, build: GoBuild) -> tuple[Remedy, ...]:
    blockers = [each.path for each in build.modules if each.path.startswith(_NEEDS_C)]
    if build.setting("CGO_ENABLED") == "0" or blockers:
        return ()
    name = shlex.quote(program.path.rpartition("/")[2])
    return proven(
        "build it without cgo",
        (f"CGO_ENABLED=0 go build -o {name} .",),
        case.with_content(static(program.content)),
        f"predicted for a static build of this program; {_LOST}",
    )


def _c(case: Case, program: Program) -> tuple[Remedy, ...]:
    """For what a C compiler built and that needs nothing but the C library."""
    elf = program.content.elf
    if elf is None or not _only_libc(elf):
        return ()
    name = program.path.rpartition("/")[2]
    return proven(
        "link it statically",
        (f"cc -static -o {shlex.quote(name)} {shlex.quote(name + '.c')}",),
        case.with_content(static(program.content)),
        "predicted for a static build of this program; lost: nsswitch, iconv and dlopen",
    )


def _only_libc(elf: Elf) -> bool:
    own = ("libc.", "libm.", "libpthread.", "libdl.", "librt.", "libutil.", "ld-")
    return all(each.startswith(own) for each in elf.needed)
